import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.customers.record import Customer
from utenza.passwords.answers import check, fold
from utenza.passwords.personal_data import PersonalData

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


@pytest.mark.parametrize("answer", ["Briciola", "Po", "zia Lu", "1969", "犬丸"])
def test_a_good_answer_has_no_fault(answer: str) -> None:
    assert faults(answer) == []


@pytest.mark.parametrize("answer", ["", "  ", "?!", "'"])
def test_an_answer_without_letters_or_digits_is_missing(answer: str) -> None:
    assert faults(answer) == ["required"]


@pytest.mark.parametrize("answer", ["x", " X. ", "7"])
def test_an_answer_of_one_character_is_too_short(answer: str) -> None:
    assert faults(answer) == ["answer_too_short"]


@pytest.mark.parametrize("answer", ["Rossi", "via Mario", "1/1/80", "R.o.s.s.i", "RSSMRA", "mario@example.org"])
def test_personal_data_is_refused(answer: str) -> None:
    assert faults(answer) == ["answer_traceable"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Il mio cane si chiama Briciola, vero?", "briciola"),
        ("Il mio cane Città di Castello?", "CITTA' DI CASTELLO"),
        ("cane o gatto?", "gatto"),
        ("Fiume preferito (il Po)?", "po"),
        ("Briciola", "Briciola"),
    ],
)
def test_an_answer_in_the_question_is_refused(question: str, answer: str) -> None:
    assert faults(answer, question) == ["answer_in_question"]


def test_a_short_answer_inside_a_word_of_the_question_is_accepted() -> None:
    assert faults("Po", "Lo sport che preferisco?") == []


def test_the_password_is_refused_as_answer() -> None:
    assert faults("Trote, blu!") == ["answer_is_password"]
    assert faults("trote rosse") == []


def test_every_fault_is_reported_at_once() -> None:
    assert faults("rossi", "Mi chiamo Rossi?", "Rossi") == [
        "answer_traceable",
        "answer_in_question",
        "answer_is_password",
    ]
