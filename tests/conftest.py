"""What every test run needs first: the compiled suppliers, as the layer has them."""

from pathlib import Path

from hypothesis import settings

from tools.suppliers.compile import write

pytest_plugins = ["tests.stacks"]

ROOT = Path(__file__).parents[1]


def pytest_configure() -> None:
    settings.register_profile("utenza", deadline=None)  # a busy machine is no failure
    settings.load_profile("utenza")
    write(ROOT / "suppliers/suppliers.toml", ROOT / "layers/common/utenza/suppliers.json")
