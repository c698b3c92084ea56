# ruff: noqa: RUF001 - look-alikes are what is tested
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.customers import folding, person_names
from utenza.errors import InvalidValue

_LATIN = st.characters(max_codepoint=0x17F, categories=("Lu", "Ll"))
_NAMES = st.text(st.one_of(_LATIN, st.sampled_from(" '’-.")), min_size=1, max_size=20)


def _same(one: str, other: str) -> bool:
    return not person_names.forms(one).isdisjoint(person_names.forms(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ROSSI", "rossi"),
        ("NICOLO'", "Nicolò"),
        ("Nicolo\u0300", "Nicolò"),
        ("D’ANGELO", "D'Angelo"),
        ("DANGELO", "D'Angelo"),
        ("D ANGELO", "D'Angelo"),
        ("Dʼangelo", "D`Angelo"),
        ("D´Angelo", "D′Angelo"),
        ("DE LUCA", "Deluca"),
        ("De\u00a0Luca", "DE  LUCA"),
        ("Colonna-Rossi", "COLONNA ROSSI"),
        ("Colonna‑Rossi", "Colonna–Rossi"),
        ("Anna\u00adMaria", "Anna\u200bMaria"),
        ("Anna\u200dMaria\u200e", "Annamaria"),
        ("G. Battista", "G Battista"),
        ("MÜLLER", "Muller"),
        ("MÜLLER", "Mueller"),
        ("Mu\u0308ller", "MUELLER"),
        ("Höller-Müller", "Hoeller Muller"),
        ("Weiß", "WEISS"),
        ("Sørensen", "Soerensen"),
        ("Ångström", "Angstroem"),
        ("Wałęsa", "WALESA"),
        ("Đoković", "Djokovic"),
        ("Yıldız", "YILDIZ"),
        ("Černic", "CERNIC"),
        ("Kjær", "KJAER"),
        ("Əliyev", "ALIYEV"),
        ("ƏLİYEV", "Eliyev"),
    ],
)
def test_usual_spellings_of_one_name_match(one: str, other: str) -> None:
    assert _same(one, other)
    assert _same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Muller", "Mueller"),
        ("Aliyev", "Eliyev"),
        ("Rossi", "Rosi"),
        ("Rossi", "Ross"),
        ("Rossi", "Rossini"),
        ("Mario", "Mario Luigi"),
        ("Roṡsi", "Roхsi"),
        ("Аnna", "Anna"),
        ("Ａnna", "Anna"),
        ("O'Brien", "0'Brien"),
        ("कि", "का"),
        ("", ""),
        ("'", "’"),
        (" - ", "."),
        ("\u0301", "\u0301"),
    ],
)
def test_other_names_and_empty_ones_do_not_match(one: str, other: str) -> None:
    assert not _same(one, other)


@given(_NAMES)
def test_composition_case_and_separators_make_no_difference(name: str) -> None:
    forms = person_names.forms(name)

    assert person_names.forms(normalize("NFD", name)) == forms
    assert person_names.forms(name.upper()) == forms
    assert person_names.forms(name.replace(" ", "\u00a0\u2009")) == forms
    assert person_names.forms(name.replace("'", "’").replace("-", "")) == forms


@given(_NAMES)
def test_every_form_has_itself_as_only_form(name: str) -> None:
    for form in person_names.forms(name):
        assert person_names.forms(form) == {form}


@given(st.text("aüöäåøđz", max_size=40))
def test_a_name_has_few_forms_with_the_plain_and_the_long_spelling_among_them(name: str) -> None:
    forms = person_names.forms(name)
    plain = name.translate(str.maketrans("üöäåøđ", "uoaaod"))
    long = name.translate({ord(k): v for k, v in zip("üöäåøđ", ("ue", "oe", "ae", "aa", "oe", "dj"), strict=True)})

    assert len(forms) <= 64
    assert {plain, long} - {""} <= forms


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" Mario\t ", "Mario"),
        ("DE\u00a0\u00a0LUCA", "DE LUCA"),
        ("Nicolo\u0300", "Nicolò"),
        ("Anna\u200b-\u00adMaria", "Anna-Maria"),
        ("D’ALESSANDRO", "D’ALESSANDRO"),
        ("Rossi/Bianchi, dott. G.", "Rossi/Bianchi, dott. G."),
        ("Иванова", "Иванова"),
        ("José Mª", "José Mª"),
    ],
)
def test_a_name_is_stored_as_written_with_single_blanks(text: str, name: str) -> None:
    assert person_names.validate(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "'",
        "ʼ",
        "-.",
        "?ERNIC",
        "Mario1",
        "=A1",
        "a@b",
        "<b>Rossi",
        "Rossi\x00",
        "\u200b\u2060",
        "\u3164",
        "a\ud800",
        "\u0301",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^invalid_name$"):
        person_names.validate(text)


@given(st.text(max_size=12))
def test_a_valid_name_stays_valid_and_matches_itself(text: str) -> None:
    try:
        name = person_names.validate(text)
    except InvalidValue:
        return
    assert person_names.validate(name) == name
    assert _same(name, text)


def test_fold_leaves_letters_with_two_spellings_to_spellings() -> None:
    assert folding.fold("MÜLLER d’Angiò") == "müller dangio"
    assert folding.spellings("müller") == {"muller", "mueller"}
    assert folding.spellings(folding.fold("ƏLİ")) == {"ali", "eli"}
