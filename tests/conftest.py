"""What every test run needs first: the compiled suppliers, as the layer has them."""

from pathlib import Path

from tools.suppliers.compile import write

pytest_plugins = ["tests.stacks"]

ROOT = Path(__file__).parents[1]


def pytest_configure() -> None:
    write(ROOT / "suppliers/suppliers.toml", ROOT / "layers/common/utenza/suppliers.json")
