"""Invented questions must look like those that people write, and stay."""

from collections import Counter

from utenza.passwords.decoy_questions import QUESTIONS, question_for
from utenza.tokens.keys import RingKey

KEY, OTHER = RingKey("s" * 64), RingKey("o" * 64)
ADDRESSES = [f"nobody{number}@example.it" for number in range(600)]


def test_an_address_is_asked_the_same_for_ever() -> None:
    assert [question_for("luce", address, KEY) for address in ADDRESSES[:3]] == [
        "Marca della mia prima auto",
        "Spitzname in der Schule",
        "Come si chiama la mia migliore amica?",
    ]


def test_without_the_key_nobody_can_tell_which() -> None:
    assert len({question_for("luce", ADDRESSES[0], RingKey(f"{number}" * 40)) for number in range(10)}) > 3
    same = sum(question_for("luce", address, KEY) == question_for("luce", address, OTHER) for address in ADDRESSES)
    assert same < 60


def test_each_supplier_asks_on_its_own() -> None:
    same = sum(question_for("luce", address, KEY) == question_for("gas", address, KEY) for address in ADDRESSES)
    assert same < 60


def test_every_question_is_asked_about_as_often_as_any_other() -> None:
    request = Counter(question_for("luce", address, KEY) for address in ADDRESSES)
    assert len(request) > 55
    assert max(request.values()) < 30


def test_they_vary_as_peoples_do_and_fit_the_field() -> None:
    assert len(set(QUESTIONS)) == len(QUESTIONS) == 60
    assert all(question == question.strip() and 0 < len(question) <= 200 for question in QUESTIONS)
    for trait in (
        str.islower,
        str.isupper,
        lambda question: question.endswith("?"),
        lambda question: "?" not in question,
    ):
        assert 2 <= sum(map(trait, QUESTIONS)) <= 50


def test_text_that_is_no_address_is_asked_too() -> None:
    assert question_for("luce", " \ud800", KEY) in QUESTIONS
