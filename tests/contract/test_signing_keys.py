from collections.abc import Callable

import pytest

from tests.fakes.signing_keys import FakeSigningKeyRoles
from utenza.tables.signing_keys import ChangedMeanwhile, SigningKeyRoles
from utenza.tokens.signing_keys import KeyRoles

BEGUN = KeyRoles("arn:1", next="arn:2", changed_at=1000)


@pytest.fixture
def roles(kind: str, request: pytest.FixtureRequest) -> SigningKeyRoles:
    if kind == "fake":
        return FakeSigningKeyRoles("arn:1")
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    return SigningKeyRoles(request.getfixturevalue("db"), new_table(), "arn:1")


def test_the_first_key_signs_until_there_is_another(roles: SigningKeyRoles) -> None:
    assert roles.read() == KeyRoles("arn:1")


def test_roles_are_read_as_they_were_written(roles: SigningKeyRoles) -> None:
    before = roles.read()
    for after in (
        BEGUN,
        KeyRoles("arn:2", old="arn:1", changed_at=2000),
        KeyRoles("arn:2", retired="arn:1", changed_at=2000),
        KeyRoles("arn:2", changed_at=2001),
    ):
        roles.replace(before, after)
        before = roles.read()
        assert before == after


@pytest.mark.parametrize(
    "seen",
    [KeyRoles("arn:1"), BEGUN._replace(next="arn:3"), BEGUN._replace(changed_at=999), BEGUN._replace(old="arn:0")],
)
def test_of_two_who_rotate_one_is_told_to_look_again(roles: SigningKeyRoles, seen: KeyRoles) -> None:
    roles.replace(roles.read(), BEGUN)
    with pytest.raises(ChangedMeanwhile):
        roles.replace(seen, KeyRoles("arn:9", changed_at=3000))
    assert roles.read() == BEGUN
