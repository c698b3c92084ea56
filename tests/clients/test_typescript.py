"""A TypeScript app: the types by openapi-typescript, the calls by openapi-fetch, compiled with `strict` and more."""

import shutil
from pathlib import Path

import pytest

from tests.clients.programs import CLIENTS, Errand, generate, run

pytestmark = pytest.mark.stack

_SOURCES = Path(__file__).parent / "typescript"


def test_a_generated_typescript_client_compiles_strictly_and_walks_the_whole_way(
    node: None, errand: Errand, tmp_path: Path
) -> None:
    for name in ("package.json", "tsconfig.json", "session.ts", "journey.ts"):
        shutil.copy(_SOURCES / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(CLIENTS / "node_modules")
    generate("TypeScript", tmp_path)
    run(["node_modules/.bin/tsc"], tmp_path)
    run(["node", "built/journey.js", *errand.arguments], tmp_path)
