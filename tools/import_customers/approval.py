"""Who may approve a run that is held, and for how long."""

from datetime import UTC, datetime

from crm_import.runs import Run
from tools.command_line import Refused
from tools.import_customers.target import Target


def check(run: Run, by: str, target: Target, *, now: int) -> None:
    """Raise Refused unless a run is held, for at most a week, and this person may approve it."""
    if not run.may_be_approved:
        raise Refused(f"{run.id} is not held: it is {run.status}")
    if now > run.held_until:
        until = datetime.fromtimestamp(run.held_until, UTC)
        raise Refused(f"{run.id} was held until {until:%Y-%m-%d %H:%M} UTC: send the file again")
    check_person(run, by, target)


def check_person(run: Run | None, by: str, target: Target) -> None:
    """Raise Refused where somebody else than who sent a file must approve it, and this is not so."""
    if target.parameters.get("ImportApproval") != "another":
        return
    if run is None:
        raise Refused("somebody else must approve it (ImportApproval): import it without --approve first")
    if by == run.by:
        raise Refused(f"{run.id} was sent by {run.by}: somebody else must approve it (ImportApproval)")
