"""What is remembered of a run: which file, when, by whom, and what it changed. Nothing in it is a customer's."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Literal

from pydantic import BaseModel, ConfigDict

Mode = Literal["full", "delta", "undo"]
Status = Literal["surveyed", "held", "approved", "applying", "applied", "refused", "failed", "undone"]
ReasonCode = Literal["ceasing", "changing_hands", "too_few_rows", "rejected", "older_file", "undone"]

HELD_SECONDS = 7 * 86_400


class SourceFile(BaseModel):
    """The file of a run; `identity` is its ETag or a digest of its content. `key` and `version` are those in S3.

    `sent_by` is who sent it as they say themselves. `order` tells files of one key and one second apart: what S3's
    event calls the sequencer, empty where there is none or the sender has said the time of the data.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    identity: str
    key: str = ""
    version: str = ""
    sent_by: str = ""
    order: str = ""


class Numbers(BaseModel):
    """What a file holds and what applying it does, in rows or customers.

    `ceasing` are active customers that would cease, by their row or (`gone`) because the file does not name them.
    `kept` would be gone, but for rows whose customer code could not be read. `superseded` rows are older than a later
    file that was applied. -1 is not counted.
    """

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    superseded: int = 0
    rejected: int = 0
    unidentified: int = 0
    ceasing: int = 0
    gone: int = 0
    kept: int = 0
    changing_hands: int = 0
    active: int = -1
    registered: int = -1
    last_rows: int = -1


class LeftOut(BaseModel):
    """How many rows were loaded without a wrong phone, e-mail or tax code, and the first of their lines."""

    rows: int
    lines: Sequence[int]


class Reason(BaseModel):
    """Why a run is held: `found` is more (rows of the last file: less) than `allowed`, both in the unit of `code`."""

    model_config = ConfigDict(frozen=True)

    code: ReasonCode
    found: int
    allowed: int


class Run(BaseModel):
    """One run. Times are in seconds since 1970; `as_of` is when the file's data were as it says.

    Runs of a supplier are ordered by their ids: whose id is greater says what holds. `lease` is the id that the
    file has by itself: one that is approved against what came later is of now, each time. `agreed` is what
    whoever approved it had read, None for whatever it is. A run that was approved and is of now `stands_for` the one
    that was held, which is "approved" from then on.
    """

    id: str
    supplier: str
    mode: Mode
    source: SourceFile
    as_of: int
    by: str
    started_at: int
    status: Status = "surveyed"
    approved_by: str = ""
    agreed: Sequence[Reason] | None = None
    ended_at: int = 0
    encoding: str = ""
    newline: str = "\n"
    header: str = ""
    numbers: Numbers = Numbers()
    rejects: Mapping[str, int] = {}
    left_out: Mapping[str, LeftOut] = {}
    reasons: Sequence[Reason] = ()
    parts: int = 0
    cease_parts: int = 0
    settles: Sequence[str] = ()
    message: str = ""
    message_it: str = ""
    undoes: str = ""
    stands_for: str = ""
    was_undone: bool = False
    lease: str = ""
    begun: Numbers | None = None

    @property
    def changes(self) -> Numbers:
        """What the run has changed in all, also where it was killed and went on: its first plan has all of it."""
        return self.begun or self.numbers

    @property
    def may_be_approved(self) -> bool:
        """Tell whether the run is held, or failed after it was approved."""
        return self.status == "held" or (self.status == "failed" and self.approved_by != "")

    @property
    def held_until(self) -> int:
        return self.started_at + HELD_SECONDS


class Part(BaseModel):
    """A range of bytes of the file that begins and ends between records, and the lines in it that change a record."""

    start: int
    end: int
    first_line: int
    lines: Sequence[int]


def run_id(mode: Mode, as_of: int, identity: str, order: str = "") -> str:
    """Return the same id for the same file, so that a run that was killed goes on, and does not begin another."""
    at = datetime.fromtimestamp(as_of, UTC).strftime("%Y%m%dT%H%M%SZ") + (order and f"-{order}")
    return f"{at}-{mode}-{blake2b(identity.encode(), digest_size=4).hexdigest()}"
