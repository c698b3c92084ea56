r"""Builds the list of common passwords that the policy refuses, from published lists and our own Italian one.

Run it by hand from time to time and commit the result. Its inputs are packages; fetch them with their package managers:

    python3 -m pip download --no-deps django==5.2.19 faker==40.63.0 mimesis==22.2.0
    npm pack @zxcvbn-ts/language-common@4.1.3 @zxcvbn-ts/language-it@4.1.1
    PYTHONPATH=layers/common .venv/bin/python -m tools.build_common_passwords \
        --django django-*.whl --faker faker-*.whl --mimesis mimesis-*.whl --common *-common-*.tgz --italian *-it-*.tgz

`docs/data-sources.md` says where each list comes from, `layers/common/utenza/passwords/NOTICE` has the licences: keep
both up to date.
"""

import argparse
import ast
import gzip
import json
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from utenza.passwords.policy import COMMON_PASSWORDS, folded

_OWN = Path(__file__).with_name("italian_passwords.txt")
_ANSWERS = Path(COMMON_PASSWORDS).with_name("common_answers")
_SHORTEST, _LONGEST = 6, 64
_FAKER_LISTS = {"first_names_female", "first_names_male", "last_names"}
# What people append to a word that is refused.
ENDINGS = (
    *("", "!", ".", "1", "1!", "2", "3", "7", "9", "00", "01", "10", "11", "12", "12!", "13", "21", "22", "23", "69"),
    *("77", "88", "99", "100", "111", "123", "123!", "123.", "321", "777", "1234", "1234!", "12345", "123456"),
    *("1897", "1899", "1900", "1906", "1908", "1909", "1926", "1927"),  # the years of the clubs
    *map(str, range(1970, 2030)),
)


def from_django(wheel: Path) -> Iterator[str]:
    """Yield the common passwords that come with Django."""
    packed = _member(wheel, "django/contrib/auth/common-passwords.txt.gz")
    yield from gzip.decompress(packed).decode("utf-8").split("\n")


def from_faker(wheel: Path) -> Iterator[str]:
    """Yield the Italian first names and last names of Faker, which are literals in a class."""
    tree = ast.parse(_member(wheel, "faker/providers/person/it_IT/__init__.py"))
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _FAKER_LISTS:
                yield from ast.literal_eval(value)


def from_mimesis(wheel: Path) -> Iterator[str]:
    """Yield the Italian first names and last names of Mimesis."""
    person = json.loads(_member(wheel, "mimesis/datasets/it/person.json"))
    for names in (*person["names"].values(), person["surnames"]):
        yield from names


def _member(wheel: Path, name: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


def from_zxcvbn(package: Path, *lists: str) -> Iterator[str]:
    """Yield the words of some lists of a zxcvbn-ts package."""
    with tarfile.open(package) as archive:
        for name in lists:
            member = archive.extractfile(f"package/src/{name}.json")
            if member is None:
                raise SystemExit(f"{package}: no {name}.json")
            yield from map(str, json.load(member))


def own() -> Iterator[str]:
    """Yield our Italian words, each with the usual endings, and the answers that strangers would try first."""
    for word in own_words():
        yield from (word + ending for ending in ENDINGS)
    for answers in sorted(_ANSWERS.glob("*.txt")):
        yield from answers.read_text(encoding="utf-8").split()


def own_words() -> list[str]:
    return _OWN.read_text(encoding="utf-8").split()


def compiled(words: Iterable[str]) -> bytes:
    """Return the list as the policy reads it: folded, sorted, each once, one a line, a line feed at both ends."""
    entries = {folded(word.strip()) for word in words}
    kept = sorted(word for word in entries if _SHORTEST <= len(word) <= _LONGEST and word.isprintable())
    return "\n".join(["", *kept, ""]).encode("utf-8")


_SOURCES: dict[str, Callable[[Path], Iterator[str]]] = {
    "django": from_django,
    "faker": from_faker,
    "mimesis": from_mimesis,
    "common": lambda package: from_zxcvbn(package, "passwords"),
    # Not its names: they are from a page that states no licence.
    "italian": lambda package: from_zxcvbn(package, "commonWords"),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.build_common_passwords", description=__doc__.split("\n")[0])
    for name in _SOURCES:
        parser.add_argument(f"--{name}", type=Path, required=True, help="the package, as its manager fetches it")
    parser.add_argument("--to", type=Path, default=Path(COMMON_PASSWORDS), help="the file to write")
    chosen = vars(parser.parse_args(arguments))
    content = compiled([*own(), *chain.from_iterable(read(chosen[name]) for name, read in _SOURCES.items())])
    target: Path = chosen["to"]
    target.write_bytes(content)
    print(f"{target}: {content.count(b'\n') - 1:,} entries, {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
