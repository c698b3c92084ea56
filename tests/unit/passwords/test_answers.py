from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.customers.record import Customer
from utenza.http.languages import LANGUAGES
from utenza.passwords import answers
from utenza.passwords.answers import check, fold
from utenza.passwords.personal_data import PersonalData

LISTS = Path(answers.__file__).with_name("common_answers")
MARIO = PersonalData.of(
    Customer("gas", "0123456789", "person", first_name="Mario", last_name="Rossi", codice_fiscale="RSSMRA80A01H501U"),
    user_id="mario@example.org",
    phone="",
    supplier_names=(),
)


def faults(
    answer: str, question: str = "Come si chiamava il mio primo cane?", password: str = "trote blu"
) -> list[str]:
    return check(question, answer, password, personal_data=MARIO)


@pytest.mark.parametrize(
    ("answer", "folded"),
    [
        ("  Città di  Castello ", "cittadicastello"),
        ("CITTA' DI CASTELLO", "cittadicastello"),
        ("Citta\u0300 di Castello.", "cittadicastello"),
        ("L\u2019Aquila", "laquila"),
        ("Müller", "muller"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Søren", "soren"),
        ("\uff26\uff49\uff44\uff4f", "fido"),
        ("\ufb01do", "fido"),
        ("3-3-3", "333"),
        ("🐶\ufe0f!", "🐶"),
        ("C++", "c++"),
        ("Ростов-на-Дону", "ростовнадону"),
        ("...", ""),
        (" \u00a0\u200b ", ""),
    ],
)
def test_only_the_characters_that_people_remember_are_hashed(answer: str, folded: str) -> None:
    # Stored hashes are of these very texts: if this test fails, no stored answer matches any more.
    assert fold(answer) == folded


@given(st.text(st.characters(codec="utf-8")))
def test_folding_is_idempotent(answer: str) -> None:
    assert fold(fold(answer)) == fold(answer)


@given(st.text(st.characters(codec="ascii", categories=["L", "N"])), st.sampled_from(list(" .,;-'!?\u00a0\u2019")))
def test_case_blanks_and_punctuation_do_not_count(answer: str, sign: str) -> None:
    assert fold(sign.join(answer.upper()) + sign) == fold(answer)


@given(st.text())
def test_different_words_stay_different(answer: str) -> None:
    assert fold(answer + "x") != fold(answer)


@pytest.mark.parametrize("answer", ["Briciola", "Ada", "zia Lu", "il 12 e il 7", "犬丸", "🐶🌵"])
def test_a_good_answer_has_no_fault(answer: str) -> None:
    assert faults(answer) == []


@pytest.mark.parametrize("answer", ["", "  ", "?!", "'"])
def test_an_answer_without_letters_or_digits_is_missing(answer: str) -> None:
    assert faults(answer) == ["required"]


@pytest.mark.parametrize("answer", ["x", " X. ", "7", "Po", "ß", "犬", "🐶"])
def test_an_answer_of_one_or_two_letters_is_too_short(answer: str) -> None:
    assert faults(answer) == ["answer_too_short"]


@pytest.mark.parametrize(
    "answer",
    [
        *("123", "12345", "2345432", "1111111", "1969", "3-3-3", "17 12", "aaa", "qwerty", "ABC", "🐶🐶"),
        *("password", "Blu", "ROMA", "Maria", "fido", "Luna", "gennaio", "Fiat Panda", "pizza", "Juventus", "boh"),
        *("Non so.", "L'Aquila", "papà", "Bianchi", "Red", "London", "I don't know", "Manchester City"),
        *("grün", "GRUEN", "Bozen", "Müller", "weiss nicht", "Weiß", "FC Südtirol", "Oma"),
    ],
)
def test_the_answers_that_strangers_would_try_first_are_refused(answer: str) -> None:
    assert faults(answer) == ["answer_too_common"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_sorted_list_of_folded_answers(language: str) -> None:
    lines = (LISTS / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) > 500
    assert all(fold(line) == line and len(line) >= 3 for line in lines)
    assert all(faults(line) == ["answer_too_common"] for line in lines[::7] if not MARIO.found_in(line))


def test_lists_in_other_languages_count_too() -> None:
    assert {path.stem for path in LISTS.iterdir()} == set(LANGUAGES)
    assert faults("Zürich", "What city was I born in?") == ["answer_too_common"]


@pytest.mark.parametrize("answer", ["via Mario", "1/1/1980", "R0ssi", "RSSMRA", "mario@example.org"])
def test_personal_data_is_refused(answer: str) -> None:
    assert faults(answer) == ["answer_traceable"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Il mio cane si chiama Briciola, vero?", "briciola"),
        ("Il mio cane Città di Castello?", "CITTA' DI CASTELLO"),
        ("Dove nuotano le trote?", "trote"),
        ("Chi è mia zia (zia Isa)?", "isa"),
        ("Briciola", "Briciola"),
    ],
)
def test_an_answer_in_the_question_is_refused(question: str, answer: str) -> None:
    assert faults(answer, question) == ["answer_in_question"]


def test_a_short_answer_inside_a_word_of_the_question_is_accepted() -> None:
    assert faults("Ort", "Lo sport che preferisco?") == []


def test_the_password_is_refused_as_answer() -> None:
    assert faults("Trote, blu!") == ["answer_is_password"]
    assert faults("trote rosse") == []


def test_every_fault_is_reported_at_once() -> None:
    assert faults("rossi", "Mi chiamo Rossi?", "Rossi") == [
        "answer_too_common",
        "answer_traceable",
        "answer_in_question",
        "answer_is_password",
    ]
    assert faults("gatto", "cane o gatto?") == ["answer_too_common", "answer_in_question"]
