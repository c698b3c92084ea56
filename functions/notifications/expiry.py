"""How long the code, or the way back, in an e-mail is good: one that comes later is of no use, and is not sent."""

from collections.abc import Mapping

from notifications.changes import Kind, Notification
from notifications.retries import LONGEST
from utenza.tables import pending, pending_user_ids, reclaims, recoveries, supply_links, user_ids

LIFETIMES: Mapping[Kind, int] = {  # seconds
    "confirmation_code": pending.LIFETIME,
    "claim_code": pending.LIFETIME,
    "address_taken": pending.LIFETIME,
    "recovery_code": recoveries.LIFETIME,
    "reclaim_code": reclaims.LIFETIME,
    "user_id_code": pending_user_ids.LIFETIME,
    "user_id_taken": pending_user_ids.LIFETIME,
    "user_id_left": user_ids.LIFETIME,
    "supply_code": supply_links.LIFETIME,
}

_TRIES = 15  # within a lifetime: somebody sits and waits for a code
_OF_CODES = 300  # seconds, that one which is good for a day waits at most


def longest_wait(notification: Notification) -> int:
    """Return how many seconds may pass between two tries of what is throttled, so that it still comes in time."""
    lifetime = LIFETIMES.get(notification.kind)
    return LONGEST if lifetime is None else min(_OF_CODES, lifetime // _TRIES)


def has_expired(notification: Notification, *, now: int) -> bool:
    """Tell whether what an e-mail would bring is over; others are never too late."""
    lifetime = LIFETIMES.get(notification.kind)
    return lifetime is not None and now >= notification.at + lifetime
