"""The parameters of the local deployment and of `sam local`."""

from tools.local_stack.deploy import parameters
from tools.local_stack.sam_local import command_line

_DEFAULT = "http://127.0.0.1:8080,http://localhost:8080"


def _origins(site: str) -> str:
    return parameters("http://127.0.0.1:8000", "http://127.0.0.1:4566", site)["AllowedOrigins"]


def test_the_default_origins_are_allowed() -> None:
    assert _origins("http://127.0.0.1:8080") == _DEFAULT


def test_a_site_on_another_port_is_allowed_by_both_host_names() -> None:
    assert _origins("http://127.0.0.1:9001") == f"{_DEFAULT},http://127.0.0.1:9001,http://localhost:9001"


def test_sam_local_gets_no_empty_parameter_as_it_would_refuse_it() -> None:
    command = command_line(4566, "host-gateway", "http://127.0.0.1:8080")
    given = command[command.index("--parameter-overrides") + 1 :]
    assert any(each.startswith("AllowedOrigins=http://") for each in given)
    assert not [each for each in given if each.endswith("=")]
