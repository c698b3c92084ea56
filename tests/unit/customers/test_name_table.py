"""The table of spellings: each entry in both directions, and that it makes no two companies one."""

import re
import timeit
from itertools import product
from pathlib import Path

import pytest

from utenza.customers import company_names, name_table
from utenza.customers.folding import fold

_TABLE = name_table.TABLE
_TEXT = Path(name_table.PATH).read_text(encoding="utf-8")
_ABBREVIATIONS = [(spelled, meant) for spelled, meanings in _TABLE.abbreviations.items() for meant in meanings]
_SYNONYMS = [(spelled.strip(), meant.strip()) for spelled, meant in _TABLE.synonyms]
_MOST_MILLISECONDS = 2


def _same(one: str, other: str) -> bool:
    return not company_names.forms(one).isdisjoint(company_names.forms(other))


def _dotted(spelled: str) -> str:
    """Return an abbreviation as bills print it: S.R.L. or P.LE and COND."""
    return " ".join(f"{word.upper()}." for word in spelled.split())


@pytest.mark.parametrize(("spelled", "meant"), [*_ABBREVIATIONS, *_SYNONYMS])
def test_the_two_sides_of_a_pair_are_one_name_in_both_directions(spelled: str, meant: str) -> None:
    for one, other in ((spelled, meant), (_dotted(spelled), meant.title()), (spelled.upper(), meant.upper())):
        assert _same(f"Alfa {one} Beta", f"ALFA {other} BETA")
        assert _same(f"ALFA {other} BETA", f"Alfa {one} Beta")


@pytest.mark.parametrize(("spelled", "meant"), [pair for pair in _ABBREVIATIONS if pair[0].isalpha()])
def test_letters_of_a_legal_form_may_stand_apart(spelled: str, meant: str) -> None:
    if len(spelled) <= 5 and not re.search("[aeiou]{2}", spelled):
        assert _same(f"ALFA {'.'.join(spelled)}. BETA", f"ALFA {meant} BETA")
        assert _same(f"ALFA {' '.join(spelled)} BETA", f"ALFA {meant} BETA")


@pytest.mark.parametrize("word", _TABLE.before_numbers)
def test_a_word_before_the_number_of_a_house_is_left_out(word: str) -> None:
    assert _same(f"COND. VIA ROMA {word}. 16", "Condominio Via Roma 16")
    assert _same("Condominio Via Roma 16", f"COND. VIA ROMA {word} 16")
    assert not _same(f"COND. {word} ROMA", "COND. ROMA")


@pytest.mark.parametrize("word", _TABLE.between_words)
def test_a_word_between_others_is_left_out(word: str) -> None:
    assert _same(f"BAR ROMA {word} ROSSI MARIO", "Bar Roma Rossi Mario")
    assert _same("Bar Roma Rossi Mario", f"BAR ROMA {word} ROSSI MARIO")
    assert not _same(f"{word} ROMA", "ROMA")
    assert not _same(f"ROMA {word}", "ROMA")


@pytest.mark.parametrize("street", _TABLE.streets)
def test_a_preposition_before_the_street_of_a_condominium_makes_no_difference(street: str) -> None:
    for condominium, preposition in product(_TABLE.condominiums, _TABLE.prepositions):
        assert _same(f"{condominium} {preposition} {street} Roma 3", f"{condominium} {street} Roma 3")
        assert _same(f"{condominium} {street} Roma 3", f"{condominium} {preposition} {street} Roma 3")
        assert not _same(f"{condominium} {preposition} Roma 3", f"{condominium} Roma 3")
        assert not _same(f"Bar {preposition} {street} Roma", f"Bar {street} Roma")


@pytest.mark.parametrize(("day", "number"), _TABLE.days.items())
@pytest.mark.parametrize("month", sorted(_TABLE.months)[:2])
def test_a_day_before_a_month_is_a_number(day: str, number: str, month: str) -> None:
    assert _same(f"VIA {day.upper()} {month} 3", f"Via {number} {month} 3")
    assert _same(f"Via {number} {month} 3", f"VIA {day.upper()} {month} 3")
    assert not _same(f"COND. {day} ROMA", f"COND. {number} ROMA")


@pytest.mark.parametrize("form", _TABLE.forms)
def test_the_place_of_a_legal_form_makes_no_difference(form: str) -> None:
    for name in (f"{form} ALFA BETA 3", f"ALFA {form} BETA 3", f"Alfa {form.title()} di Beta 3"):
        assert _same(name, f"ALFA BETA 3 {form}")
        assert not _same(name, f"BETA ALFA 3 {form}")
        assert not _same(name, "ALFA BETA 3")


def test_every_legal_form_stands_in_the_table_as_names_are_compared() -> None:
    assert [name_table.readings(form.split())[0] for form in _TABLE.forms] == [*_TABLE.forms]


def test_every_entry_is_folded_and_stands_once() -> None:
    entries = [line.split("\t") for line in _TEXT.splitlines() if line and line[0] not in "#["]
    for text in (text for entry in entries for text in entry if text not in _TABLE.signs):
        assert fold(text) == text
        assert text == " ".join(text.split())
    spelled = [entry[0] for entry in entries if len(entry) == 2]
    abbreviated = spelled[: len(_TABLE.abbreviations)]
    assert len({*abbreviated}) == len(abbreviated)


def test_the_table_names_its_sources() -> None:
    for source in ("ISTAT", "Registro delle imprese", "ANNCSU", "DUG", "D.lgs. 117/2017"):
        assert source in _TEXT
    assert {*re.findall(r"\[(\d)\]", _TEXT.partition("[abbreviations]")[2])} <= set("12345")


def test_the_table_is_read_in_less_than_two_milliseconds() -> None:
    assert min(timeit.repeat(name_table.load, number=1, repeat=20)) * 1000 < _MOST_MILLISECONDS


_NAMES = (
    *(
        "ROSSI",
        "ROSSI MARIO",
        "ROSSI & FIGLI",
        "F.LLI ROSSI",
        "ROSSO",
        "RUSSO",
        "DE ROSSI",
        "EDIL ROSSI",
        "ROSSI EDILE",
    ),
    *("ALFA", "ALFA BETA", "ALFA 2", "ALFA 22", "ALFA 2000", "ALFA SERVIZI", "ALFA SERVIZI E GESTIONI", "ALFAGEST"),
    *("SAN MARCO", "SANTA MARIA", "SANT'ANNA", "SANTI PIETRO E PAOLO", "SANTO STEFANO", "S. BIAGIO", "V. BELLI & C."),
    *("VIA EMILIA", "BORGO ANTICO", "PIAZZA DUOMO", "LARGO CONSUMO", "CORTILE FIORITO", "CALLE LUNGA", "STRADA NUOVA"),
    *("SOCIAL", "SOCI DEL VINO", "ASSO", "COOPER", "CONSORTI", "AZIMUT", "AGRESTE", "LIMPIDA", "RESPIRO", "STELLA"),
    *("N. 1", "NUMERO UNO", "IV STAGIONE", "QUATTRO STAGIONI", "4 STAGIONI", "PIO X", "V. VENETO", "XX SECOLO"),
    *("CENTRO SPORT", "CENTRO SPORTIVO", "CENTRO COMMERCIALE", "IL CORSO", "LE LOGGE", "LOGICA", "ETSY", "APSIS"),
)
_FORMS = (
    *("", "S.R.L.", "SRL UNIPERSONALE", "S.R.L.S.", "S.P.A.", "S.A.P.A.", "S.A.S.", "S.N.C.", "SOC. SEMPLICE"),
    *("SOC. COOP.", "SOC. COOP. SOCIALE", "SOC. COOP. AGRICOLA", "SOC. CONSORTILE A R.L.", "CONSORZIO"),
    *("SOC. AGR. S.R.L.", "SOC. AGR. SEMPLICE", "STP A R.L.", "S.R.L. IN LIQ.", "IMPRESA SOC. SRL", "ETS", "APS"),
    *(
        "ODV",
        "ONLUS",
        "A.S.D.",
        "S.S.D. A R.L.",
        "GEIE",
        "ASS. CULT.",
        "STUDIO ASSOCIATO",
        "FONDAZIONE",
        "S.P.A. IN LIQ.",
    ),
)
_STREETS = (
    *("VIA", "VIALE", "VICOLO", "PIAZZA", "P.LE", "PIAZZETTA", "CORSO", "LARGO", "BORGO", "C.DA", "CORTILE", "CALLE"),
    *("STRADA", "LOC.", "FRAZ.", "SALITA"),
)
_STREET_NAMES = (
    *(
        "ROMA",
        "S. GIACOMO",
        "SANTA MARIA",
        "SS. PIETRO E PAOLO",
        "IV NOVEMBRE",
        "VI NOVEMBRE",
        "XX SETTEMBRE",
        "1° MAGGIO",
    ),
    *("DANTE", "DELLE ROSE", "DEL SOLE", "PIO IX", "PIO XI", "G. VERDI", "VERDI", "DE GASPERI"),
)
_NUMBERS = ("1", "N. 2", "3/A", "3/B", "11", "16", "1 16", "11 6", "160", "N° 12 BIS", "12 SC. B", "8", "88", "18")


def _companies() -> list[str]:
    """Return 5,000 companies and condominiums, of which no two are one."""
    companies = [f"{name} {form}".strip() for name, form in product(_NAMES, _FORMS)]
    condominiums = [f"COND. {' '.join(parts)}" for parts in product(_STREETS, _STREET_NAMES, _NUMBERS)]
    return [*companies, *condominiums][-5000:]


def test_no_two_of_5000_different_companies_are_one() -> None:
    companies, owner = _companies(), dict[str, str]()
    assert len({*companies}) == 5000
    for company in companies:
        for form in company_names.forms(company):
            assert owner.setdefault(form, company) == company, form
    for name, form in product(_NAMES, filter(None, _FORMS)):
        turned = company_names.forms(f"{form} {name}")
        assert {owner.get(each) for each in turned} <= {f"{name} {form}", None}, turned


def test_a_name_with_many_meanings_has_few_readings() -> None:
    assert len(name_table.readings("s ss sc soc ass az v cle s ss sc soc ass".split())) == 64  # noqa: SIM905
