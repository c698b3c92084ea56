"""Decoy questions must look like those that people write, and must never change."""

import hmac
from collections import Counter
from collections.abc import Callable

from utenza.passwords.decoy_questions import QUESTIONS, question_for


def signer(secret: str) -> Callable[[bytes], bytes]:
    return lambda message: hmac.digest(secret.encode(), message, "sha256")


SIGN, OTHER = signer("s" * 64), signer("o" * 64)
ADDRESSES = [f"nobody{number}@example.it" for number in range(600)]


def test_the_question_of_an_address_never_changes() -> None:
    assert [question_for("luce", address, SIGN) for address in ADDRESSES[:3]] == [
        "Marca della mia prima auto",
        "Spitzname in der Schule",
        "Come si chiama la mia migliore amica?",
    ]


def test_the_question_depends_on_the_key() -> None:
    assert len({question_for("luce", ADDRESSES[0], signer(f"{number}" * 40)) for number in range(10)}) > 3
    same = sum(question_for("luce", address, SIGN) == question_for("luce", address, OTHER) for address in ADDRESSES)
    assert same < 60


def test_the_question_depends_on_the_supplier() -> None:
    same = sum(question_for("luce", address, SIGN) == question_for("gas", address, SIGN) for address in ADDRESSES)
    assert same < 60


def test_all_questions_are_about_equally_frequent() -> None:
    counts = Counter(question_for("luce", address, SIGN) for address in ADDRESSES)
    assert len(counts) > 55
    assert max(counts.values()) < 30


def test_questions_vary_as_peoples_do_and_fit_the_field() -> None:
    assert len(set(QUESTIONS)) == len(QUESTIONS) == 60
    assert all(question == question.strip() and 0 < len(question) <= 200 for question in QUESTIONS)
    for trait in (
        str.islower,
        str.isupper,
        lambda question: question.endswith("?"),
        lambda question: "?" not in question,
    ):
        assert 2 <= sum(map(trait, QUESTIONS)) <= 50


def test_text_that_is_no_address_gets_a_question_too() -> None:
    assert question_for("luce", " \ud800", SIGN) in QUESTIONS
