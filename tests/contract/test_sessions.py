from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from tests.contract.requests_of import watched
from tests.fakes.sessions import FakeSessions
from tests.threads import in_threads
from utenza.dynamodb import DynamoDb
from utenza.errors import RefreshTokenInvalid
from utenza.tables.sessions import Sessions, id_of, new_family, successor

NOW = 1_800_000_000
MONTH = 30 * 86400
DEVICE_TOKEN = "d" * 43


@pytest.fixture
def sessions(kind: str, request: pytest.FixtureRequest) -> Sessions:
    if kind == "fake":
        return FakeSessions()
    new_table: Callable[[str], str] = request.getfixturevalue("new_table")
    return Sessions(request.getfixturevalue("db"), new_table("Sessions"))


@pytest.fixture
def token(sessions: Sessions) -> str:
    token, expires_at = sessions.open("uno-energia", "account-1", generation=3, now=NOW, lifetime=MONTH)
    assert expires_at == NOW + MONTH
    return token


def rotate(sessions: Sessions, token: object, now: int) -> str:
    return sessions.rotate(sessions.find(token, now=now), now=now)


def is_alive(sessions: Sessions, token: str, now: int) -> bool:
    try:
        rotate(sessions, token, now)
    except RefreshTokenInvalid:
        return False
    return True


def test_a_token_names_supplier_and_family_and_fits_a_url(token: str) -> None:
    supplier, family, secret = token.split(".")
    assert (supplier, len(family), len(secret)) == ("uno-energia", 22, 43)


def test_a_token_carries_the_device_of_its_login_through_every_rotation(sessions: Sessions) -> None:
    token, _ = sessions.open(
        "uno-energia", "account-1", generation=3, now=NOW, lifetime=MONTH, device_token=DEVICE_TOKEN
    )
    secrets = set()
    for now in range(NOW, NOW + 3000, 600):
        assert sessions.find(token, now=now).presented.device_token == DEVICE_TOKEN
        assert len(token.split(".")) == 4
        secrets.add(token.rpartition(".")[2])
        token = rotate(sessions, token, now)
    assert len(secrets) == 5


def test_another_device_in_a_token_is_another_devices_business(sessions: Sessions) -> None:
    token, _ = sessions.open(
        "uno-energia", "account-1", generation=3, now=NOW, lifetime=MONTH, device_token=DEVICE_TOKEN
    )
    following = rotate(sessions, token.replace(DEVICE_TOKEN, "o" * 43), NOW)
    assert following.split(".")[2] == "o" * 43
    assert is_alive(sessions, following, NOW)


def test_tokens_differ(sessions: Sessions, token: str) -> None:
    other, _ = sessions.open("uno-energia", "account-1", generation=3, now=NOW, lifetime=MONTH)
    assert not set(token.split(".")[1:]) & set(other.split(".")[1:])


def test_a_rotation_tells_whose_session_goes_on(sessions: Sessions, token: str) -> None:
    session = sessions.find(token, now=NOW + 600)
    assert (session.supplier, session.account_id, session.generation) == ("uno-energia", "account-1", 3)
    assert (session.created_at, session.expires_at) == (NOW, NOW + MONTH)
    following = sessions.rotate(session, now=NOW + 600)
    assert following.rpartition(".")[0] == token.rpartition(".")[0]
    assert following != token


def test_a_family_goes_from_token_to_token(sessions: Sessions, token: str) -> None:
    seen = {token}
    for step in range(1, 30):
        token = rotate(sessions, token, NOW + step * 600)
        seen.add(token)
    assert len(seen) == 30


def test_a_spent_token_has_the_same_successor_for_thirty_seconds(sessions: Sessions, token: str) -> None:
    first = rotate(sessions, token, NOW)
    assert rotate(sessions, token, NOW) == first
    assert rotate(sessions, token, NOW + 30) == first
    assert is_alive(sessions, first, NOW + 31)


def test_a_spent_token_has_the_same_successor_when_that_is_spent_too(sessions: Sessions, token: str) -> None:
    second = rotate(sessions, token, NOW)
    third = rotate(sessions, second, NOW + 10)
    assert rotate(sessions, token, NOW + 20) == second
    assert rotate(sessions, second, NOW + 40) == third


def test_a_rotation_forgets_no_token_that_still_has_its_successor(sessions: Sessions, token: str) -> None:
    second = rotate(sessions, token, NOW)
    rotate(sessions, second, NOW + 30)
    assert rotate(sessions, token, NOW + 30) == second


def test_a_spent_token_ends_its_family_after_thirty_seconds(sessions: Sessions, token: str) -> None:
    current = rotate(sessions, token, NOW)
    assert not is_alive(sessions, token, NOW + 31)
    assert not is_alive(sessions, current, NOW + 31)


def test_a_secret_that_never_was_ends_the_family(sessions: Sessions, token: str) -> None:
    assert not is_alive(sessions, token[:-43] + "A" * 43, NOW)
    assert not is_alive(sessions, token, NOW)


def test_only_the_last_twenty_spent_tokens_are_remembered(sessions: Sessions, token: str) -> None:
    tokens = [token]
    for _ in range(21):
        tokens.append(rotate(sessions, tokens[-1], NOW))
    assert rotate(sessions, tokens[1], NOW) == tokens[2]
    assert not is_alive(sessions, tokens[0], NOW)
    assert not is_alive(sessions, tokens[-1], NOW)


def test_families_do_not_touch_one_another(sessions: Sessions, token: str) -> None:
    other, _ = sessions.open("uno-energia", "account-1", generation=3, now=NOW, lifetime=MONTH)
    sessions.close(other)
    assert is_alive(sessions, token, NOW)


def test_the_same_family_name_at_another_supplier_is_nothing(sessions: Sessions, token: str) -> None:
    assert not is_alive(sessions, token.replace("uno-", "due-"), NOW)
    assert is_alive(sessions, token, NOW)


@pytest.mark.parametrize(("when", "alive"), [(NOW + MONTH - 1, True), (NOW + MONTH, False)])
def test_a_family_expires_on_the_second_whether_or_not_it_was_cleaned_away(
    sessions: Sessions, token: str, when: int, *, alive: bool
) -> None:
    token = rotate(sessions, token, NOW + 5)
    assert is_alive(sessions, token, when) is alive


def test_a_session_is_open_for_its_account_until_it_ends(sessions: Sessions) -> None:
    family = new_family()
    token, _ = sessions.open("uno-energia", "account-1", generation=3, now=NOW, lifetime=MONTH, family=family)
    asked = [
        ("uno-energia", id_of(family), "account-1", NOW + MONTH - 1),
        ("uno-energia", id_of(family), "account-1", NOW + MONTH),
        ("uno-energia", id_of(family), "account-2", NOW),
        ("due-energia", id_of(family), "account-1", NOW),
        ("uno-energia", family, "account-1", NOW),
    ]
    found = [sessions.is_open(*whose, now=now) for *whose, now in asked]
    assert found == [True, False, False, False, False]
    sessions.close(token)
    assert not sessions.is_open("uno-energia", id_of(family), "account-1", now=NOW)


def test_who_reads_the_id_of_a_session_cannot_end_it_by_a_made_up_token(sessions: Sessions, token: str) -> None:
    supplier, family, _ = token.split(".")
    made_up = f"{supplier}.{id_of(family)}.{'A' * 43}"
    sessions.close(made_up)
    with pytest.raises(RefreshTokenInvalid):
        rotate(sessions, made_up, NOW)
    assert is_alive(sessions, token, NOW)


def test_a_clock_that_goes_back_ends_nothing(sessions: Sessions, token: str) -> None:
    first = rotate(sessions, token, NOW)
    assert rotate(sessions, token, NOW - 60) == first


def test_twenty_presentations_at_once_have_one_successor(sessions: Sessions, token: str) -> None:
    start = Barrier(20)

    def present() -> str:
        start.wait()
        return rotate(sessions, token, NOW)

    [current] = set(in_threads(*[present] * 20))
    assert is_alive(sessions, str(current), NOW + 40)


def test_logout_ends_the_family(sessions: Sessions, token: str) -> None:
    sessions.close(token)
    assert not is_alive(sessions, token, NOW)


@pytest.mark.parametrize("later", [10, 600])
def test_logout_with_a_spent_token_ends_the_family(sessions: Sessions, token: str, later: int) -> None:
    current = rotate(sessions, token, NOW)
    rotate(sessions, current, NOW + later)
    sessions.close(token)
    assert not is_alive(sessions, current, NOW + later)


def test_logout_of_what_has_ended_does_nothing(sessions: Sessions, token: str) -> None:
    sessions.close(token)
    sessions.close(token)
    assert not is_alive(sessions, token, NOW)


def test_a_session_is_ended_by_its_id(sessions: Sessions, token: str) -> None:
    supplier, family, _ = token.split(".")
    sessions.end(supplier, id_of(family))
    assert not is_alive(sessions, token, NOW)


def _opened(sessions: Sessions, account_id: str = "account-1", **changes: Any) -> str:
    """Open a session and return its id."""
    family = new_family()
    more: dict[str, Any] = {"generation": 3, "now": NOW, "lifetime": MONTH} | changes
    sessions.open("uno-energia", account_id, family=family, **more)
    return id_of(family)


def test_the_sessions_of_an_account_are_found_the_oldest_first(sessions: Sessions) -> None:
    second = _opened(sessions, now=NOW + 86_400, generation=4)
    first = _opened(sessions, device="Chrome|Android")
    _opened(sessions, "account-2")
    found = sessions.of_account("uno-energia", "account-1", now=NOW + 86_400)
    assert [tuple(each) for each in found] == [
        (first, 3, NOW, "2027-01-15", "Chrome|Android"),
        (second, 4, NOW + 86_400, "2027-01-16", ""),
    ]
    assert sessions.of_account("due-energia", "account-1", now=NOW) == []


def test_sessions_that_have_expired_or_ended_are_not_found(sessions: Sessions) -> None:
    kept, ended = _opened(sessions, lifetime=MONTH + 1), _opened(sessions)
    _opened(sessions, lifetime=60)
    sessions.end("uno-energia", ended)
    for now in (NOW + 60, NOW + MONTH):
        assert [each.id for each in sessions.of_account("uno-energia", "account-1", now=now)] == [kept]


def test_a_refresh_notes_the_day(sessions: Sessions, token: str) -> None:
    rotate(sessions, token, NOW + 3 * 86_400)
    [found] = sessions.of_account("uno-energia", "account-1", now=NOW)
    assert (found.created_at, found.seen_on) == (NOW, "2027-01-18")


def test_more_sessions_than_one_page_holds_are_all_found(
    db: DynamoDb, new_table: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = Sessions(db, new_table("Sessions"))
    opened = {_opened(sessions) for _ in range(7)}
    query = db._client.query  # noqa: SLF001 - DynamoDB's pages have a megabyte
    monkeypatch.setattr(db._client, "query", lambda **parameters: query(Limit=3, **parameters))  # noqa: SLF001
    assert {each.id for each in sessions.of_account("uno-energia", "account-1", now=NOW)} == opened


def test_a_session_from_before_the_days_were_noted_was_seen_at_its_login(
    dynamodb: Any, db: DynamoDb, new_table: Callable[[str], str]
) -> None:
    table = new_table("Sessions")
    sessions = Sessions(db, table)
    _opened(sessions)
    [item] = dynamodb.scan(TableName=table)["Items"]
    del item["seen_on"]
    dynamodb.put_item(TableName=table, Item=item)
    assert [each.seen_on for each in sessions.of_account("uno-energia", "account-1", now=NOW)] == ["2027-01-15"]


def test_a_session_is_ended_for_its_own_account_alone(sessions: Sessions) -> None:
    opened = _opened(sessions)
    for whose in (("uno-energia", "account-2"), ("due-energia", "account-1")):
        sessions.end_of(whose[0], opened, whose[1])
        assert sessions.is_open("uno-energia", opened, "account-1", now=NOW)
    for _ in range(2):
        sessions.end_of("uno-energia", opened, "account-1")
        assert not sessions.is_open("uno-energia", opened, "account-1", now=NOW)


MALFORMED: list[object] = [
    None,
    1,
    [],
    {"a": 1},
    b"uno." + b"A" * 22 + b"." + b"A" * 43,
    "",
    ".",
    "..",
    "uno." + "A" * 22,
    "uno." + "A" * 22 + "." + "A" * 42,
    "uno." + "A" * 22 + "." + "A" * 44,
    "uno." + "A" * 21 + "." + "A" * 43,
    "uno." + "A" * 22 + "." + "A" * 43 + "\n",
    "uno." + "A" * 22 + "." + "A" * 43 + ".x",
    "uno." + "A" * 22 + "." + "A" * 42 + "=",
    "uno." + "A" * 22 + "." + "à" * 43,
    "uno." + "\u0661" * 22 + "." + "A" * 43,
    "uno#account." + "A" * 22 + "." + "A" * 43,
    "Uno." + "A" * 22 + "." + "A" * 43,
    "." + "A" * 22 + "." + "A" * 43,
    "u" * 65 + "." + "A" * 22 + "." + "A" * 43,
    "\ud800." + "A" * 22 + "." + "A" * 43,
    "A" * 100_000,
]


@pytest.mark.parametrize("malformed", MALFORMED, ids=range(len(MALFORMED)))
@pytest.mark.parametrize("sessions", [FakeSessions(), Sessions(DynamoDb(None), "none")], ids=["fake", "dynamodb"])
def test_a_malformed_token_is_invalid_without_a_look_at_the_table(sessions: Sessions, malformed: object) -> None:
    with pytest.raises(RefreshTokenInvalid):
        rotate(sessions, malformed, NOW)
    sessions.close(malformed)


def test_no_secret_is_stored(dynamodb: Any, new_table: Callable[[], str]) -> None:
    table = new_table()
    sessions = Sessions(DynamoDb(dynamodb), table)
    token, _ = sessions.open(
        "uno-energia", "account-1", generation=3, now=NOW, lifetime=MONTH, device_token=DEVICE_TOKEN
    )
    following = rotate(sessions, token, NOW)
    stored = str(dynamodb.scan(TableName=table))
    [_, family, device_token, secret] = token.split(".")
    assert id_of(family) in stored
    for hidden in (family, device_token, secret, following.rpartition(".")[2]):
        assert hidden not in stored


def test_a_lost_response_is_no_theft(new_client: Callable[[str], Any], new_table: Callable[[], str]) -> None:
    """boto3 sends a request again when it did not hear the response to the first."""
    client = new_client("dynamodb")
    sessions = Sessions(DynamoDb(client), new_table())
    token, _ = sessions.open("uno-energia", "account-1", generation=3, now=NOW, lifetime=MONTH)
    lost = iter([True, False])
    client.meta.events.register("needs-retry.dynamodb.UpdateItem", lambda **_: 0 if next(lost, False) else None)
    rotation = rotate(sessions, token, NOW)
    assert next(lost, None) is None
    assert is_alive(sessions, rotation, NOW + 40)


def test_a_rotation_takes_two_round_trips(new_client: Callable[[str], Any], new_table: Callable[[], str]) -> None:
    client = new_client("dynamodb")
    requests, sessions = watched(client), Sessions(DynamoDb(client), new_table())
    token, _ = sessions.open("uno-energia", "account-1", generation=3, now=NOW, lifetime=MONTH)
    rotate(sessions, token, NOW)
    assert [operation for operation, _ in requests] == ["TransactWriteItems", "GetItem", "UpdateItem"]


def test_a_successor_hangs_on_secret_and_nonce() -> None:
    assert len({successor("a", "x"), successor("a", "y"), successor("b", "x"), successor("a", "x")}) == 3
