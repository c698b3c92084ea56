from collections.abc import Callable
from threading import Barrier

import pytest

from tests.fakes.supply_links import FakeSupplyLinks
from tests.fakes.writes import transact
from tests.threads import in_threads
from utenza.dynamodb import DynamoDb, Write
from utenza.errors import ConfirmationTokenInvalid
from utenza.tables.supply_links import LIFETIME, TRIES, SupplyLink, SupplyLinks

NOW = 1_800_000_000
LINK = SupplyLink("account-1", "0012345", ("h1",), "de", "key-1")
DECOY = LINK._replace(customer_code="")


class Links:
    def __init__(self, links: SupplyLinks, write: Callable[[Write], None]) -> None:
        self.links = links
        self.write = write


@pytest.fixture
def links(kind: str, request: pytest.FixtureRequest) -> Links:
    if kind == "fake":
        return Links(FakeSupplyLinks(), lambda write: transact([write]))
    new_table: Callable[..., str] = request.getfixturevalue("new_table")
    db: DynamoDb = request.getfixturevalue("db")
    return Links(SupplyLinks(db, new_table("Accounts")), db.write)


@pytest.mark.parametrize("link", [LINK, DECOY])
def test_a_request_is_kept_as_it_began_whatever_matched(links: Links, link: SupplyLink) -> None:
    claims = links.links.begin("uno", link, now=NOW)
    assert (claims.supplier, claims.account_id) == ("uno", "account-1")
    assert links.links.count_try(claims, now=NOW)._replace(mark="") == link
    assert links.links.count_try(claims, now=NOW + LIFETIME - 1)
    waiting = links.links.waiting_for("uno", claims.link_id, now=NOW)
    assert waiting
    assert waiting._replace(mark="") == link
    assert links.links.waiting_for("uno", claims.link_id, now=NOW + LIFETIME) is None
    assert links.links.waiting_for("due", claims.link_id, now=NOW) is None


def test_a_request_has_five_tries_and_an_hour_also_at_the_same_moment(links: Links) -> None:
    claims, start = links.links.begin("uno", LINK, now=NOW), Barrier(8)

    def guess() -> bool:
        start.wait()
        try:
            links.links.count_try(claims, now=NOW)
        except ConfirmationTokenInvalid:
            return False
        return True

    assert sum(in_threads(*[guess] * 8)) == TRIES
    late = links.links.begin("uno", LINK, now=NOW)
    with pytest.raises(ConfirmationTokenInvalid):
        links.links.count_try(late, now=NOW + LIFETIME)
    with pytest.raises(ConfirmationTokenInvalid):
        links.links.count_try(claims._replace(link_id="another"), now=NOW)


def test_a_try_that_was_no_guess_is_given_back_once(links: Links) -> None:
    claims = links.links.begin("uno", LINK, now=NOW)
    for _ in range(TRIES + 2):
        counted = links.links.count_try(claims, now=NOW)
        links.links.refund_try(claims, counted)
        links.links.refund_try(claims, counted)
    for _ in range(TRIES + 2):
        links.links.count_try(claims, now=NOW)
        links.write(links.links.settled(claims))
    for _ in range(TRIES):
        links.links.count_try(claims, now=NOW)
    with pytest.raises(ConfirmationTokenInvalid):
        links.links.count_try(claims, now=NOW)
