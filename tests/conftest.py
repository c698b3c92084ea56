"""What every test run needs first: the compiled suppliers, as the layer has them."""

from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader
from hypothesis import settings

from tools.suppliers.compile import write

pytest_plugins = ["tests.stacks", "tests.shared_state"]

ROOT = Path(__file__).parents[1]


def pytest_configure() -> None:
    settings.register_profile("utenza", deadline=None)  # a busy machine is no failure
    settings.load_profile("utenza")
    _read_the_data_of_botocore_once()
    write(ROOT / "suppliers/suppliers.toml", ROOT / "layers/common/utenza/suppliers.json")


def _read_the_data_of_botocore_once() -> None:
    """Share the descriptions of AWS's services: each session of boto3 would read its own, in most tests a new one."""
    load = JSONFileLoader().load_file

    @cache
    def shared(path: str) -> Any:
        return load(path)

    JSONFileLoader.load_file = lambda _, path: shared(path)  # type: ignore[method-assign, assignment]
