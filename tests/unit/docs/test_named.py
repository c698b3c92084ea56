"""What people look for in the documentation is named where they look."""

import re
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_PORTS = ("PORT", "SITE_PORT", "STACK_PORT", "MAIL_PORT")


def test_readme_and_help_name_every_port_and_the_origins() -> None:
    makefile = (_ROOT / "Makefile").read_text(encoding="utf-8")
    assert {*re.findall(r"^(\w*PORT) \?=", makefile, re.MULTILINE)} == {*_PORTS}
    [shown] = re.findall(r"^run: .*## (.*)$", makefile, re.MULTILINE)
    assert {*re.findall(r"\b(\w+)=", shown)} >= {*_PORTS, "MAIL", "ORIGINS"}
    assert {*re.findall(r"\b(\w*PORT)=", (_ROOT / "README.md").read_text(encoding="utf-8"))} == {*_PORTS}


def test_make_help_shows_the_line_of_each_target() -> None:
    run = subprocess.run(["make", "help"], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert re.search(r"^make run .*STACK_PORT=.*ORIGINS=", run.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (
            "docs/embedding.md",
            (
                *(
                    'class="button" href=',
                    "<utenza-area-button",
                    "AREA LOGIN",
                    "AllowedOrigins",
                    "ORIGINS=http",
                    "WordPress",
                ),
                *("## Try it from your own page", "## What can go wrong", "::part(button)", "::part(input)"),
                *("--utenza-width", "--utenza-padding", "--utenza-radius"),
            ),
        ),
        ("docs/operations.md", ("no OpenID Connect provider", "HEAD $ApiUrl/suppliers")),
        ("openapi.json", ("Utenza is no OpenID Connect provider",)),
        ("site/example/index.html", ('<html lang="it">', "<utenza-area-button", ">Area login</a>")),
        ("site/404.html", ("Questa pagina non esiste o non esiste più.",)),
    ],
)
def test_a_page_names(page: str, names: tuple[str, ...]) -> None:
    text = (_ROOT / page).read_text(encoding="utf-8")
    assert [name for name in names if name not in text] == []


# As native readers found it.
_WRONG_WORDS = ("Questo indirizzo non esiste", "forse non più", "another body", "controlli le maiuscole")


@pytest.mark.parametrize("folder", ["site", "layers/common/utenza/http/messages", "functions/notifications/texts"])
def test_wording_that_was_wrong_is_gone(folder: str) -> None:
    files = [path for path in (_ROOT / folder).rglob("*") if path.suffix in {".js", ".html", ".toml"}]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert [words for words in _WRONG_WORDS if words in text] == [], path
