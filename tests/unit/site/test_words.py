"""The words of docs/pages.md: no text for customers uses another word for the same thing."""

import re
from pathlib import Path

import pytest

_DOCS = Path("docs/pages.md").read_text(encoding="utf-8")
_FORBIDDEN = [
    word.strip()
    for row in re.findall(
        r"^\|[^|]+\|[^|]+\|[^|]+\|([^|]*)\|$", _DOCS.split("## Words")[1].split("##")[0], re.MULTILINE
    )
    for word in row.split(",")
    if word.strip() not in {"", "not", "---"}
]
_TEXTS = [
    path
    for folder in ("layers/common/utenza/http/messages", "functions/notifications/texts", "site/utenza/texts")
    for path in sorted(Path(folder).iterdir())
    if path.suffix in {".toml", ".js"}
]


def test_the_table_names_words_to_avoid() -> None:
    assert len(_FORBIDDEN) > 9
    assert len(_TEXTS) == 9


@pytest.mark.parametrize("path", _TEXTS, ids=str)
def test_no_text_uses_a_second_word_for_one_thing(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    stems = [re.escape(word.lower().replace("reservierter", "reserviert")) for word in _FORBIDDEN]
    found = [stem for stem in stems if re.search(rf"\b{stem.replace('reserviert', 'reserviert(?:e[rnms]?)?')}", text)]
    assert found == []
