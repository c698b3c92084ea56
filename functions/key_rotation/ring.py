"""The rules of a rotation of the step token's ring, for the rotation function and the command line."""

import secrets

from utenza.tables import pending, recoveries
from utenza.tokens.key_ring import RING_AGE, RingKey, RingSecrets

LEARNED = RING_AGE + 30  # seconds until every process has read the new ring, with some for clocks and slow calls
# A pending registration lives for a day, and so does the code of a recovery, and on with one that took it over last.
OUTLIVED = LEARNED + max(pending.LIFETIME, recoveries.CODE_LIFETIME + recoveries.LIFETIME)


def rotated(ring: RingSecrets, *, leaked: bool, now: int, patience: int = 0) -> RingSecrets:
    """Return the ring with a new current key of 256 random bits, an end for all older ones, and the same lasting key.

    `patience` is how many seconds later the new ring may be in use. Keys that have ended are left out. The lasting key
    is the first one of all: the decoy questions of the recovery depend on it, and a question that changes would reveal
    that it is a decoy.
    """
    end = now + patience + (LEARNED if leaked else OUTLIVED)
    until = {RingKey(ring.current).key_id: end}
    for secret in ring.previous:
        key_id = RingKey(secret).key_id
        until[key_id] = min(end, ring.until.get(key_id, end))
    kept = [secret for secret in (ring.current, *ring.previous) if until[RingKey(secret).key_id] > now]
    return RingSecrets(
        current=secrets.token_urlsafe(32),
        previous=tuple(kept),
        until={key_id: until[key_id] for key_id in (RingKey(secret).key_id for secret in kept)},
        lasting=ring.lasting or ring.current,
    )


def follows(new: RingSecrets, ring: RingSecrets, *, now: int) -> bool:
    """Tell whether `new` is still what a planned rotation of `ring` would put in its place.

    It is not once another one has come in between, as after a leak, or when tokens of the current key would end early.
    """
    return (
        new.previous[:1] == (ring.current,)
        and set(new.previous[1:]) <= set(ring.previous)
        and new.lasting == (ring.lasting or ring.current)
        and new.until.get(RingKey(ring.current).key_id, 0) >= now + OUTLIVED
    )
