"""Writes `site/utenza/password/rules.js`: the API's rules that the password hint of the page needs.

Run it by hand after a change of the rules; a test compares the file with them:

    PYTHONPATH=layers/common:functions .venv/bin/python -m tools.build_site_rules
"""

import json
from collections.abc import Iterable
from pathlib import Path

from tools.build_common_passwords import ENDINGS, own_words
from utenza.passwords.personal_data import LEGAL_FORMS, MAILBOXES, PARTICLES
from utenza.passwords.policy import LONGEST_BLOCK, ROWS

FILE = Path("site/utenza/password/rules.js")

_MODULE = """// Written by tools/build_site_rules.py from the API's own rules: change those.

const words = (text) => new Set(text.split(" "));

export const ROWS = {rows};
export const LONGEST_BLOCK = {block};

// The most used Italian words in passwords, and what is hung on them.
export const WORDS = words({words});
export const ENDINGS = {endings}.split(" ");

// In names and addresses, but nobody's in particular.
export const PARTICLES = words({particles});
export const LEGAL_FORMS = words({legal_forms});
export const MAILBOXES = words({mailboxes});
"""


def rules() -> str:
    """Return the module, the same text for the same rules."""
    return _MODULE.format(
        rows=json.dumps(ROWS, ensure_ascii=False),
        block=LONGEST_BLOCK,
        words=_text(own_words()),
        endings=_text(ENDINGS),
        particles=_text(sorted(PARTICLES)),
        legal_forms=_text(sorted(LEGAL_FORMS)),
        mailboxes=_text(sorted(MAILBOXES)),
    )


def _text(words: Iterable[str]) -> str:
    return json.dumps(" ".join(words), ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text(rules(), encoding="utf-8")
    print(f"{FILE} written")
