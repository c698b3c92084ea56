"""The list of passwords that the policy refuses, and how it is built."""

import gzip
import json
import tarfile
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tools import build_common_passwords
from utenza.passwords.policy import COMMON_PASSWORDS, folded, is_common

LIST = Path(COMMON_PASSWORDS).read_text(encoding="utf-8").split("\n")[1:-1]


def test_the_list_is_sorted_folded_and_large_enough() -> None:
    assert len(LIST) == len(set(LIST)) >= 10_000
    assert sorted(LIST) == LIST
    assert all(folded(word) == word and 6 <= len(word) <= 64 for word in LIST)
    assert {"juventus", "amoremio", "francesca", "forzaroma", "alessandro", "cioccolato"} <= set(LIST)


_CHOSEN = """
    juventus1897 napoli1926 forzanapoli ciaociao pippopippo password1 andrea1990 milano2024 vaffanculo1 babbonatale
    natale2024 lamiapassword Mariateresa1! fumagalli molinari
"""


@pytest.mark.parametrize("password", _CHOSEN.split())
def test_what_italians_choose_is_refused(password: str) -> None:
    assert is_common(password)


def test_our_own_words_are_in_the_list_with_usual_endings() -> None:
    kept = {word for word in map(folded, build_common_passwords.own()) if len(word) >= 6}
    assert kept <= set(LIST)


def test_the_compiled_list_is_folded_sorted_and_without_unusable_lines() -> None:
    assert build_common_passwords.compiled(["Zebra77", "corto", " zebra77", "Amore\u0300", "bell\x07issimo"]) == (
        b"\nzebra77\n"
    )


def test_the_list_is_built_from_what_the_packages_have(tmp_path: Path) -> None:
    members = {
        "django": ("django/contrib/auth/common-passwords.txt.gz", gzip.compress(b"parola99\nsegreto99")),
        "faker": (
            "faker/providers/person/it_IT/__init__.py",
            b'class P:\n  first_names_male = ("Ermenegildo",)\n  last_names = ("Brambati",)\n  titles = ("Illustre",)',
        ),
        "mimesis": (
            "mimesis/datasets/it/person.json",
            b'{"names": {"male": ["Ambrogio"], "female": ["Adalgisa"]}, "surnames": ["Altobelli"], "x": ["Ateneo"]}',
        ),
    }
    for name, (member, content) in members.items():
        with ZipFile(tmp_path / name, "w") as wheel:
            wheel.writestr(member, content)
    lists = {
        "common": {"passwords": ["drago9999"]},
        "italian": {"commonWords": ["sciarpa"], "firstnames": ["Aabele"]},
    }
    for name, words in lists.items():
        with tarfile.open(tmp_path / name, "w:gz") as package:
            for of, entries in words.items():
                packed = json.dumps(entries).encode()
                entry = tarfile.TarInfo(f"package/src/{of}.json")
                entry.size = len(packed)
                package.addfile(entry, BytesIO(packed))
    sources = [argument for name in (*members, *lists) for argument in (f"--{name}", str(tmp_path / name))]
    assert build_common_passwords.main([*sources, "--to", str(tmp_path / "list")]) == 0
    built = set((tmp_path / "list").read_text(encoding="utf-8").split("\n"))
    listed = "parola99 segreto99 ermenegildo brambati ambrogio adalgisa altobelli drago9999 sciarpa"
    assert built >= {"", *listed.split()}
    assert built.isdisjoint({"illustre", "ateneo", "aabele"})
