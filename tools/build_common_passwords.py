"""Builds the list of common passwords that the policy refuses, from published lists and our own Italian one.

Run it by hand from time to time and commit the result. Its inputs are packages; fetch them with their package managers:

    python3 -m pip download --no-deps django==5.2.19
    npm pack @zxcvbn-ts/language-common@4.1.3 @zxcvbn-ts/language-it@3.0.2
    PYTHONPATH=layers/common .venv/bin/python -m tools.build_common_passwords django-*.whl zxcvbn-*-{common,it}-*.tgz

`layers/common/utenza/passwords/NOTICE` names the sources and their licences: keep it up to date.
"""

import argparse
import gzip
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from utenza.passwords.policy import COMMON_PASSWORDS, folded

_OWN = Path(__file__).with_name("italian_passwords.txt")
_SHORTEST, _LONGEST = 6, 64
# What people append to a word that is refused.
ENDINGS = (
    *("", "!", ".", "1", "1!", "2", "3", "7", "9", "00", "01", "10", "11", "12", "12!", "13", "21", "22", "23", "69"),
    *("77", "88", "99", "100", "111", "123", "123!", "123.", "321", "777", "1234", "1234!", "12345", "123456"),
    *map(str, range(1970, 2030)),
)


def from_wheel(wheel: Path) -> Iterator[str]:
    """Yield the common passwords that come with Django."""
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.read("django/contrib/auth/common-passwords.txt.gz")
    yield from gzip.decompress(packed).decode("utf-8").split("\n")


def from_package(package: Path, *lists: str) -> Iterator[str]:
    """Yield the words of some lists of a zxcvbn-ts package."""
    with tarfile.open(package) as archive:
        for name in lists:
            member = archive.extractfile(f"package/src/{name}.json")
            if member is None:
                raise SystemExit(f"{package}: no {name}.json")
            yield from map(str, json.load(member))


def own() -> Iterator[str]:
    """Yield our Italian words, each with the usual endings."""
    for word in own_words():
        yield from (word + ending for ending in ENDINGS)


def own_words() -> list[str]:
    return _OWN.read_text(encoding="utf-8").split()


def compiled(words: Iterable[str]) -> bytes:
    """Return the list as the policy reads it: folded, sorted, each once, one a line, a line feed at both ends."""
    entries = {folded(word.strip()) for word in words}
    kept = sorted(word for word in entries if _SHORTEST <= len(word) <= _LONGEST and word.isprintable())
    return "\n".join(["", *kept, ""]).encode("utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.build_common_passwords", description=__doc__.split("\n")[0])
    parser.add_argument("django", type=Path, help="wheel of the PyPI package django")
    parser.add_argument("common", type=Path, help="tarball of the npm package @zxcvbn-ts/language-common")
    parser.add_argument("italian", type=Path, help="tarball of the npm package @zxcvbn-ts/language-it")
    parser.add_argument("--to", type=Path, default=Path(COMMON_PASSWORDS), help="the file to write")
    chosen = parser.parse_args(arguments)
    content = compiled(
        [
            *from_wheel(chosen.django),
            *from_package(chosen.common, "passwords"),
            *from_package(chosen.italian, "commonWords", "firstnames", "lastnames"),
            *own(),
        ]
    )
    chosen.to.write_bytes(content)
    print(f"{chosen.to}: {content.count(b'\n') - 1:,} entries, {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
