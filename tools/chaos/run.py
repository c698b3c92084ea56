"""One run: the phases one after another while customers come, and then what became of what they were told."""

import contextlib
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from bench.load.calls import PENDING, Call
from tools.chaos import alarms, mails, metrics, promises, recovery, tables
from tools.chaos.bounces import Bounces
from tools.chaos.crowd import Crowd
from tools.chaos.guesses import Guesser
from tools.chaos.killed_import import KilledImport
from tools.chaos.metrics import Datum
from tools.chaos.phases import PHASES, Phase
from tools.chaos.report import HEAD, Seen, line, summary
from tools.chaos.workers import kill, workers
from tools.chaos.world import APPLICATION, STAGE, World, alarm_queue
from tools.local_stack import mailbox
from tools.local_stack.places import StackError

_AT_ONCE = 3
_SETTLING = 2.0  # seconds that a phase's last calls may take to appear in logs and metrics
_LONGEST = 12  # seconds that a function needs to say 503 while AWS does not answer
_MEMBERS = 10  # who are registered before anything fails
_WARM = 60.0  # seconds that the first registrations may take
_VISIBILITY = 30  # seconds until a message comes back that a dead process had taken
_PATIENCE = 90.0  # seconds for what waits, at least: a busy machine is late
_LONGER, _LOOK = 3, 0.5  # times, for a fault that no call has met yet; and seconds between two looks for it
_GUESSES = 5  # LoginAttemptsPerAccount


class Run:
    """`findings` is empty when everything is as it should be."""

    def __init__(self, world: World, seed: int, until: float) -> None:
        self.findings: list[str] = []
        self._world, self._seed, self._until = world, seed, until
        self._crowd = Crowd(world.stack.api, world.people, world.post, world.ledger, seed)
        self._alarms = alarms.deployed(world.stack)
        self._topic = alarm_queue(world.stack)
        self._import = KilledImport(world.stack, world.broken, world.export)
        self._bounces = Bounces(world.stack)
        self._rang: set[str] = set()
        self._began = datetime.now(UTC)

    def go(self) -> None:
        """Go through all phases and print what happened."""
        recovery.hurry(self._world.stack, _VISIBILITY)
        self._crowd.start(_AT_ONCE)
        try:
            self._warm_up()
            print(HEAD, flush=True)
            for phase in PHASES:
                seen = self._seen(phase)
                self.findings += [f"{phase.name}: {finding}" for finding in seen.findings]
                print(line(seen), flush=True)
        finally:
            self._world.schedule.switch(())
            self._crowd.stop()
        said = self._look()
        print(summary(self._crowd.outcomes, said, self.findings))

    def _warm_up(self) -> None:
        """Wait until some customers are registered: processes have started, and there is somebody to guess at."""
        began = time.monotonic()
        while sum(counts.told["registered"] for counts in list(self._world.ledger.acts.values())) < _MEMBERS:
            if time.monotonic() - began > _WARM or self._crowd.errors:
                break
            time.sleep(0.5)

    def _seen(self, phase: Phase) -> Seen:
        if self._rang and not phase.faults:
            time.sleep(_LONGEST)  # what began among the faults before may still fail
        world, began, begin = self._world, time.monotonic(), datetime.now(UTC)
        world.schedule.switch(phase.faults)
        for function in phase.starts_anew:
            for pid in workers(world.stack.emulator.pid, function):
                kill(pid)
        others, findings = self._meanwhile(phase, began)
        met, few = dict(world.schedule.met), world.schedule.hardly_met()
        done = [*metrics.of_throttles(world.schedule.throttles), *metrics.of_deaths(world.schedule.deaths)]
        world.schedule.switch(())
        time.sleep(_SETTLING)
        calls = [call for call in world.ledger.calls.since(began) if call.status != PENDING]
        self._measure(calls, done, begin)
        rang = alarms.ringing(world.stack, self._alarms, begin, datetime.now(UTC))
        self._rang |= set(rang)
        findings += [f"{met.get(fault, 0)} calls met the fault {fault}, {fault.least} have to" for fault in few]
        findings += [f"{name} did not ring" for name in phase.alarms if name not in rang]
        findings += [f"{name} rang" for name in rang if not phase.faults and not self._is_usual(name)]
        return Seen(phase, calls, met, others, rang, findings)

    def _is_usual(self, name: str) -> bool:
        """Return whether an alarm may ring in a calm: of this machine's speed, or of dead letters from before."""
        return name in _OF_SPEED or (name.startswith("Dead") and name in self._rang)

    def _meanwhile(self, phase: Phase, began: float) -> tuple[dict[str, int], list[str]]:
        """Do what the phase does beside its faults until it ends; return what was done, and findings."""
        others: dict[str, int] = {}
        findings: list[str] = []
        with contextlib.ExitStack() as doing:
            guesser = self._guesser(phase)
            if guesser:
                doing.enter_context(guesser)
            if phase.bounces:
                number = self._bounces.publish(tables.read(self._world.stack, "AccountsTable"), phase.bounces)
                others["mails bounced"] = number
                findings += [] if number else ["no mail bounced"]
            if phase.imports:
                findings += self._import_twice(others)
            time.sleep(max(0.0, began + phase.seconds - time.monotonic()))
            while self._world.schedule.hardly_met() and time.monotonic() < began + _LONGER * phase.seconds:
                time.sleep(_LOOK)
        if guesser:
            others["guesses compared"] = guesser.compared
            findings += guesser.findings(_GUESSES)
        return others, findings

    def _guesser(self, phase: Phase) -> Guesser | None:
        if not any(fault.service == "dynamodb" for fault in phase.faults) or phase.imports:
            return None
        victim = self._world.people.member(lambda person: bool(person.device_token))  # and nobody else's from now on
        if victim is None:
            raise StackError("nobody has registered yet: this machine is too busy")
        return Guesser(self._world.stack.api, victim, self._world.ledger, self._seed)

    def _import_twice(self, others: dict[str, int]) -> Iterator[str]:
        written = self._import.kill_in_the_middle()
        others["import killed after rows"] = written
        if not written:
            yield "the import was not killed in the middle"
        status = self._import.run()
        if status != 0:
            yield f"the import that was begun again ended with status {status}"

    def _measure(self, calls: Iterable[Call], done: Iterable[Datum], begin: datetime) -> None:
        stack = self._world.stack
        lines = self._world.log_lines(begin)
        data = [
            *metrics.in_logs(lines),
            *metrics.of_failures(lines, f"Utenza/{APPLICATION}"),
            *metrics.of_calls(calls, APPLICATION, STAGE),
            *done,
            *metrics.of_queues(stack),
        ]
        metrics.publish(stack.client("cloudwatch"), data)

    def _look(self) -> list[str]:
        """Wait for the recovery and return what to say of it; adds to the findings."""
        world = self._world
        seconds = recovery.wait_for_queues(world.stack, max(_PATIENCE, self._until - time.monotonic()))
        dead = recovery.put_back(world.stack)
        if dead:
            recovery.wait_for_queues(world.stack, max(_PATIENCE, self._until - time.monotonic()))
        left = recovery.left(world.stack, world.log_lines(self._began))
        post = mails.look(mailbox.sent(world.stack.places.stack_port), world.ledger)
        self.findings += left.findings
        self.findings += [f"{route} × {number}" for route, number in world.ledger.misworded.items()]
        self.findings += [f"fault of this program: {error!r}" for error in self._crowd.errors]
        self.findings += post.wrong
        self.findings += [f"nobody was told: {act}" for act in world.ledger.never_told()]
        accounts, changes = (tables.read(world.stack, name) for name in ("AccountsTable", "ChangesTable"))
        self.findings += tables.wrong(accounts, changes, world.ledger)
        self.findings += self._bounces.lost(accounts)
        self.findings += promises.broken(world.stack.api, world.people.everybody, world.ledger)
        self.findings += [f"{code} does not have the record of the import" for code in self._import.missing()]
        silent = {alarm.name for alarm in self._alarms if alarm.tells} & self._rang - alarms.told(
            world.stack, self._topic
        )
        self.findings += [f"{name} rang and told nobody" for name in sorted(silent)]
        late = tables.late_orders(changes)
        promised = sum(counts.told["registered"] for counts in world.ledger.acts.values())
        return [
            f"customers told that they are registered: {promised}",
            f"queues empty {seconds:.0f} s after the last fault; {dead} dead letters put back by tools.redrive",
            f"mails owed: {post.owed}; came twice: {post.twice}; stay, as two got no answer: {left.twice}",
            f"changes that the CRM learned late: {late}",
        ]


_OF_SPEED = {"ApiLatencyAlarm", "HashDurationAlarm"}
