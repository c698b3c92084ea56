"""The four steps of a rotation, as Secrets Manager asks for them. Each may be repeated, also after it was killed.

Until the last one nothing has changed for anybody.
"""

from typing import Literal, NoReturn

from key_rotation.ring import follows, rotated
from utenza.tokens.step_secret import StepSecret, is_current, is_pending

Step = Literal["createSecret", "setSecret", "testSecret", "finishSecret"]

PATIENCE = 3600  # seconds that the steps of one rotation may take in all


class NotPending(Exception):
    """Secrets Manager rotates to another version, or to none."""


class Stale(Exception):
    """The next ring no longer follows the one in use. It is dropped: the next rotation begins anew."""


def rotate(step: Step, version: str, secret: StepSecret, *, now: int) -> None:
    """Do one step of a rotation to `version`; raises NotPending and Stale."""
    labels = secret.labels().get(version, ())
    if is_current(labels):
        if step == "finishSecret" and is_pending(labels):
            secret.forget(version)
        return
    if not is_pending(labels):
        raise NotPending
    match step:
        case "createSecret":
            _create(version, secret, now)
        case "setSecret":
            pass  # the functions read the ring themselves
        case "testSecret":
            _test(version, secret, now)
        case "finishSecret":
            _finish(version, secret, now)


def _create(version: str, secret: StepSecret, now: int) -> None:
    if secret.pending(version) is None:
        _, ring = secret.current()
        secret.put(version, rotated(ring, leaked=False, now=now, patience=PATIENCE))


def _test(version: str, secret: StepSecret, now: int) -> None:
    """Look whether the next ring is one; AWS tries a new schedule out with a copy of the current one, or nothing."""
    new, (_, ring) = secret.pending(version), secret.current()
    if new not in (None, ring) and not follows(new, ring, now=now):
        _drop(version, secret)


def _finish(version: str, secret: StepSecret, now: int) -> None:
    new, (used, ring) = secret.pending(version), secret.current()
    if new is None or not follows(new, ring, now=now):
        _drop(version, secret)
    secret.use(version, instead_of=used)
    secret.forget(version)


def _drop(version: str, secret: StepSecret) -> NoReturn:
    """Give a rotation up: while its version is labelled as the next one, AWS begins no other."""
    secret.forget(version)
    raise Stale
