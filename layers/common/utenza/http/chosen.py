"""What is wrong with a chosen password, question and answer, in view of one another and of the customer's data.

At registration, at a recovery and in the reserved area alike.
"""

from collections.abc import Iterator, Sequence

from utenza.errors import FieldError
from utenza.http.requests import RequestModel, Submitted
from utenza.passwords import answers, policy
from utenza.passwords.personal_data import PersonalData


def password_faults[M: RequestModel](
    submitted: Submitted[M], *, minimum: int, personal_data: Sequence[PersonalData]
) -> Iterator[FieldError]:
    """Yield what is wrong with `password`; there may be the data of several customers, at least of one."""
    if submitted.is_wrong("password"):
        return
    found = (policy.check(submitted.typed("password"), minimum=minimum, personal_data=each) for each in personal_data)
    yield from (FieldError("password", code) for code in _once(found))


def answer_faults[M: RequestModel](
    submitted: Submitted[M], password: str, *, personal_data: Sequence[PersonalData]
) -> Iterator[FieldError]:
    """Yield what is wrong with `answer` in view of `question` and of the password, "" where that is not known."""
    if submitted.is_wrong("answer"):
        return
    question, answer = submitted.typed("question"), submitted.typed("answer")
    found = (answers.check(question, answer, password, personal_data=each) for each in personal_data)
    yield from (FieldError("answer", code) for code in _once(found))


def password_repeat_faults[M: RequestModel](submitted: Submitted[M]) -> Iterator[FieldError]:
    typed = submitted.typed
    if not submitted.is_wrong("password_repeat") and not policy.are_one(typed("password"), typed("password_repeat")):
        yield FieldError("password_repeat", "repeat_differs")


def answer_repeat_faults[M: RequestModel](submitted: Submitted[M]) -> Iterator[FieldError]:
    answer, repeated = submitted.typed("answer"), submitted.typed("answer_repeat")
    if not submitted.is_wrong("answer_repeat") and answers.fold(answer) != answers.fold(repeated):
        yield FieldError("answer_repeat", "repeat_differs")


def _once(found: Iterator[list[str]]) -> list[str]:
    """Return each code once, in the order in which they were found."""
    return list(dict.fromkeys(code for codes in found for code in codes))
