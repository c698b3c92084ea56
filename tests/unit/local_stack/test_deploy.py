"""What the local stack's deployment and `sam local` are told."""

from tools.local_stack.deploy import parameters
from tools.local_stack.sam_local import command_line

_USUAL = "http://127.0.0.1:8080,http://localhost:8080"


def _origins(site: str) -> str:
    return parameters("http://127.0.0.1:8000", "http://127.0.0.1:4566", site)["AllowedOrigins"]


def test_the_usual_origins_of_a_site_under_development_are_allowed() -> None:
    assert _origins("http://127.0.0.1:8080") == _USUAL


def test_a_site_on_another_port_is_allowed_beside_them_by_both_its_names() -> None:
    assert _origins("http://127.0.0.1:9001") == f"{_USUAL},http://127.0.0.1:9001,http://localhost:9001"


def test_sam_local_is_told_no_empty_parameter_which_it_would_refuse() -> None:
    command = command_line(4566, "host-gateway", "http://127.0.0.1:8080")
    told = command[command.index("--parameter-overrides") + 1 :]
    assert any(each.startswith("AllowedOrigins=http://") for each in told)
    assert not [each for each in told if each.endswith("=")]
