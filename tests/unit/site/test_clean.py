"""The pages drop the same characters as the API: `clean.js` beside `utenza.identifiers.separators`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from utenza.identifiers.separators import clean

_NODE = shutil.which("node")
_MODULE = Path("site/utenza/clean.js").absolute().as_uri()
_SCRIPT = f"""
import {{ readFileSync }} from "node:fs";
const code = encodeURIComponent(readFileSync(new URL("{_MODULE}"), "utf8"));
const {{ clean }} = await import("data:text/javascript," + code);
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(clean)));
"""


@pytest.mark.skipif(_NODE is None, reason="needs node")
def test_the_pages_clean_a_text_as_the_api_does() -> None:
    points = [n for n in range(sys.maxunicode + 1) if not 0xD800 <= n <= 0xDFFF]
    texts = [f"a{chr(n)}b" for n in points] + ["  a \u00a0\u2003 b\ufeff ", "\u202a+39\u202c", "\u3164\u200b", ""]
    command = [str(_NODE), "--input-type=module", "-e", _SCRIPT]
    found = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    differing = [text for text, cleaned in zip(texts, json.loads(found.stdout), strict=True) if clean(text) != cleaned]
    assert differing == []


def test_every_field_is_cleaned_but_passwords_answers_and_questions() -> None:
    fields = Path("site/utenza/fields.js").read_text(encoding="utf-8")
    assert "asTyped ? input.value : clean(input.value)" in fields
    assert 'asTyped = settings.type === "password"' in fields
    typed = [path.name for path in Path("site").rglob("*.js") if "asTyped: true" in path.read_text(encoding="utf-8")]
    assert typed == ["common_fields.js"]
