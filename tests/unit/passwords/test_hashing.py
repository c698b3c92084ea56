from collections.abc import Callable

import pytest
from argon2 import Parameters, PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError
from hypothesis import given, settings
from hypothesis import strategies as st

from utenza.errors import InvalidValue
from utenza.passwords.cost import Cost
from utenza.passwords.hashing import Hasher

QUICK = Cost(memory_kib=64, iterations=1, parallelism=1)
HASHER = Hasher(QUICK)
# Of "perché no?", made before argon2-cffi's PasswordHasher was used.
STORED = "$argon2id$v=19$m=64,t=1,p=1$4MpZ76GvR6of2Y//56lwQQ$wwnIRNwcku7/V/n9gcFgRvkmJxyH4wBT/94Gn7vGD+s"
SALT, SUM = "A" * 22, "A" * 43
SECRETS = st.text(st.characters(codec="utf-8"), max_size=64)


type Work = tuple[Parameters, bytes]


def worked(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> list[Work]:
    """Return the parameters and the secret of every comparison that argon2 carried out meanwhile."""
    seen: list[Work] = []
    verify = PasswordHasher.verify

    def spy(self: PasswordHasher, stored: str, secret: bytes) -> bool:
        try:
            return verify(self, stored, secret)
        except VerifyMismatchError:  # any other error comes before the work
            seen.append((extract_parameters(stored), secret))
            raise

    with monkeypatch.context() as patch:
        patch.setattr(PasswordHasher, "verify", spy)
        act()
    return seen


@settings(deadline=None)
@given(secret=SECRETS)
def test_a_hash_verifies_its_secret(secret: str) -> None:
    assert HASHER.verify(HASHER.hash(secret), secret)


@settings(deadline=None)
@given(secret=SECRETS)
def test_secrets_are_neither_trimmed_nor_cut(secret: str) -> None:
    stored = HASHER.hash(secret)
    assert not any(HASHER.verify(stored, other) for other in (secret + " ", " " + secret, secret + "\0", secret + "x"))


def test_long_secrets_differ_in_their_last_character() -> None:
    stored = HASHER.hash("a" * 255 + "b")
    assert HASHER.verify(stored, "a" * 255 + "b")
    assert not HASHER.verify(stored, "a" * 256)


def test_composed_and_decomposed_accents_are_equal() -> None:
    assert HASHER.verify(HASHER.hash("perche\u0301"), "perch\u00e9")
    assert HASHER.verify(HASHER.hash("perch\u00e9"), "perche\u0301")


def test_a_hash_says_how_it_was_made() -> None:
    parameters = extract_parameters(HASHER.hash("gatto nero"))
    assert (parameters.type, parameters.version) == (Type.ID, 19)
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == QUICK
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)


def test_a_hash_that_is_already_stored_stays_valid() -> None:
    assert HASHER.verify(STORED, "perché no?")
    assert not HASHER.verify(STORED, "perche no?")
    assert not HASHER.needs_rehash(STORED)


def test_every_hash_has_its_own_salt() -> None:
    assert len({HASHER.hash("x") for _ in range(20)}) == 20


def test_a_lone_surrogate_cannot_be_hashed_and_never_matches() -> None:
    with pytest.raises(InvalidValue) as refused:
        HASHER.hash("secret\ud800")
    assert refused.value.code == "invalid_characters"
    assert "secret" not in repr(refused.value)
    assert not HASHER.verify(HASHER.hash("secret"), "secret\ud800")
    assert not HASHER.verify(None, "secret\ud800")


def test_verifying_without_a_hash_does_the_work_of_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = HASHER.hash("x")
    known = worked(monkeypatch, lambda: HASHER.verify(stored, "y"))
    unknown = worked(monkeypatch, lambda: HASHER.verify(None, "y"))
    assert known == unknown == [(extract_parameters(stored), b"y")]


@pytest.mark.parametrize("secret", ["", "x", "\0" * 32, "nobody"])
def test_no_secret_matches_without_a_hash(secret: str) -> None:
    assert HASHER.verify(None, secret) is False


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "x",
        f"$argon2id$v=19$m=262145,t=1,p=1${SALT}${SUM}",
        f"$argon2id$v=19$m=9999999,t=1,p=1${SALT}${SUM}",
        f"$argon2id$v=19$m=64,t=11,p=1${SALT}${SUM}",
        f"$argon2id$v=19$m=64,t=0,p=1${SALT}${SUM}",
        f"$argon2id$v=19$m=64,t=1,p=5${SALT}${SUM}",
        f"$argon2id$v=19$m=15,t=1,p=2${SALT}${SUM}",
        f"$argon2i$v=19$m=64,t=1,p=1${SALT}${SUM}",
        f"$argon2id$v=16$m=64,t=1,p=1${SALT}${SUM}",
        f"$argon2id$m=64,t=1,p=1${SALT}${SUM}",
        f"$argon2id$v=19$m=64,t=1,p=1${SALT[:-2]}${SUM}",
        f"$argon2id$v=19$m=64,t=1,p=1${SALT}${SUM * 9}",
        f"$argon2id$v=19$m=64,t=1,p=1${SALT[:-1]}B${SUM}",
        f"$argon2id$v=19$m=64,t=1,p=1${SALT}${SUM}\n",
        f"$argon2id$v=19$m=६४,t=1,p=1${SALT}${SUM}",  # digits, but not ASCII ones
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
    ],
)
def test_an_absurd_or_foreign_hash_does_the_work_of_no_hash(monkeypatch: pytest.MonkeyPatch, stored: str) -> None:
    outcome: list[bool] = []
    seen = worked(monkeypatch, lambda: outcome.append(HASHER.verify(stored, "x")))
    assert outcome == [False]
    assert seen == worked(monkeypatch, lambda: HASHER.verify(None, "x"))
    assert HASHER.needs_rehash(stored)


@settings(deadline=None)
@given(stored=st.text(max_size=120))
def test_verifying_never_raises_whatever_is_stored(stored: str) -> None:
    assert HASHER.verify(stored, "x") is False


@pytest.mark.parametrize("cost", [Cost(128, 1, 1), Cost(64, 2, 1), Cost(64, 1, 2)])
def test_a_hash_of_another_cost_verifies_and_needs_a_rehash(cost: Cost) -> None:
    stored = Hasher(cost).hash("x")
    assert HASHER.verify(stored, "x")
    assert HASHER.needs_rehash(stored)
    assert not Hasher(cost).needs_rehash(stored)


@pytest.mark.parametrize(
    "cost", [Cost(7, 1, 1), Cost(262_145, 1, 1), Cost(64, 0, 1), Cost(64, 11, 1), Cost(64, 1, 0), Cost(64, 1, 5)]
)
def test_a_cost_out_of_bounds_is_refused(cost: Cost) -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        Hasher(cost)


def test_each_hash_is_reported_with_its_milliseconds() -> None:
    reported: list[float] = []
    hasher = Hasher(Cost(64, 1, 1), reported.append)
    stored = hasher.hash("quattro trote blu")
    assert hasher.verify(stored, "quattro trote blu")
    assert not hasher.verify(stored, "cinque trote blu")
    assert not hasher.verify(None, "quattro trote blu")
    assert len(reported) == 4
    assert all(milliseconds > 0 for milliseconds in reported)
