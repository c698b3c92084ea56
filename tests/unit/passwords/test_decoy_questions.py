"""Decoy questions must look like those that people write, and must never change."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable
from itertools import pairwise, product

from utenza.passwords import decoy_questions
from utenza.passwords.decoy_questions import FORMS, question_for


def signer(secret: str) -> Callable[[bytes], bytes]:
    return lambda message: hmac.digest(secret.encode(), message, "sha256")


DIGEST = "fcb0af386143aed105a1fb70e3ccb2f801e5d61c470645b796aa9c76ed2995d7"
SIGN, OTHER = signer("s" * 64), signer("o" * 64)
ADDRESSES = [f"nobody{number}@example.it" for number in range(2000)]
QUESTIONS = [question_for("luce", address, SIGN) for address in ADDRESSES]
PLAIN = {" ".join(filter(None, parts)) for form in FORMS for parts in product(*form)}


def test_the_question_of_an_address_never_changes() -> None:
    # If this test fails, everyone who has noted a question learns that it was a decoy.
    assert QUESTIONS[:3] == [
        "Qual è il mio fiore preferito?",
        "Nome dell'asino del mio migliore amico?",
        "WIE WAR DER NAME MEINER LEHRERIN IN RELIGION?",
    ]
    assert hashlib.sha256("\n".join([*QUESTIONS, repr(FORMS)]).encode()).hexdigest() == DIGEST


def test_the_question_depends_on_the_key() -> None:
    same = sum(
        question_for("luce", address, OTHER) == question for address, question in zip(ADDRESSES, QUESTIONS, strict=True)
    )
    assert same < 10


def test_the_question_depends_on_the_supplier() -> None:
    same = sum(
        question_for("gas", address, SIGN) == question for address, question in zip(ADDRESSES, QUESTIONS, strict=True)
    )
    assert same < 10


def test_there_are_more_questions_than_anyone_sorts_in_one_look() -> None:
    written = {
        capitals(accents(question)) + end
        for question in PLAIN
        for accents in set(decoy_questions._ACCENTS)  # noqa: SLF001 - all that can come out
        for capitals in set(decoy_questions._CAPITALS)  # noqa: SLF001
        for end in set(decoy_questions._ENDS)  # noqa: SLF001
    }
    assert len(written) > 300_000
    assert set(QUESTIONS) <= written


def test_few_addresses_share_a_question() -> None:
    assert len(set(QUESTIONS)) > 0.85 * len(QUESTIONS)
    assert max(Counter(QUESTIONS).values()) < 0.005 * len(QUESTIONS)


def test_every_question_is_clean_text_that_fits_the_field() -> None:
    for question in PLAIN:
        assert question == " ".join(question.split())
        assert question[0].isupper()
        assert 5 < len(question) < 150
        assert "?" not in question
        assert "' " not in question.replace("grandparents' ", "").replace("neighbours' ", "")


def test_no_part_is_a_word_that_the_next_one_repeats() -> None:
    for question in PLAIN:
        words = question.casefold().split()
        assert all(a != b for a, b in pairwise(words)), question


def test_questions_vary_as_peoples_do() -> None:
    shares = {
        str.isupper: 0.09,
        lambda question: question[0].islower(): 0.36,
        lambda question: question.endswith("?"): 0.56,
        lambda question: question.endswith(" ?"): 0.11,
    }
    for trait, share in shares.items():
        found = sum(map(trait, QUESTIONS)) / len(QUESTIONS)
        assert share / 1.4 < found < share * 1.4, (share, found)


def test_most_questions_are_italian() -> None:
    italian = {" ".join(filter(None, parts)).casefold() for form in FORMS[:21] for parts in product(*form)}
    plain = [
        question.rstrip(" ?").casefold().replace("e'", "è").replace("u'", "ù").replace("a'", "à")
        for question in QUESTIONS
    ]
    assert 0.75 < sum(question in italian for question in plain) / len(plain) < 0.88
    assert FORMS[21][0] == ["Wie hieß"]


def test_text_that_is_no_address_gets_a_question_too() -> None:
    assert question_for("luce", " \ud800", SIGN) == question_for("luce", " \ud800", SIGN) != ""
