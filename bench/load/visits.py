"""What a person does, step by step, and what they then may rely on."""

import random
import time
from collections.abc import Callable
from typing import Any

from bench.load.browser import Answer, Browser
from bench.load.day import KNOWN_DEVICE, PATIENCE, ROUTES, Act
from bench.load.people import SECURITY_ANSWER, Person
from bench.load.post import Post

_QUESTION = "Come si chiamava il mio primo gatto?"


LEFT = "left at the end"
"""How a visit ended that the end of the load broke off."""


class BrokenOff(Exception):
    """A step was not answered as it should be, and the person left; the message names the step and the status."""


class Visit:
    """One person who comes for one thing."""

    def __init__(
        self,
        person: Person,
        browser: Browser,
        post: Post,
        chance: random.Random,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self.person, self._browser, self._post, self._chance, self._wait = person, browser, post, chance, wait
        self._step_token = self._confirmation_token = self._recovery_token = ""
        self._access_token = self._reauth_token = ""
        self._codes_seen = 0
        self._steps: dict[str, Callable[[], None]] = {
            "look": self._look,
            "prove": self._prove,
            "prove wrongly": self._prove_wrongly,
            "choose": self._choose,
            "confirm": self._confirm,
            "log in": self._log_in,
            "log in wrongly": self._log_in_wrongly,
            "come back": self._come_back,
            "read": self._read,
            "forget": self._forget,
            "give the code": self._give_the_code,
            "answer": self._answer,
            "prove again": self._prove_again,
            "change": self._change,
            "close": self._close,
        }

    def make(self, act: Act) -> None:
        """Go through the steps of an act; raises BrokenOff, also between them if the person has to leave."""
        for step in act.steps:
            if self._wait(0):
                raise BrokenOff(LEFT)
            self.do(step)

    def do(self, step: str) -> None:
        """Take one step, which is a key of ROUTES; raises BrokenOff."""
        self._steps[step]()

    def _look(self) -> None:
        self._expect("look", 200, self._send("look"))

    def _prove(self) -> None:
        answer = self._expect("prove", 200, self._send("prove", self.person.claim()))
        self._step_token = answer.body["step_token"]

    def _prove_wrongly(self) -> None:
        code = self.person.code
        mistyped = code[:-1] + str((int(code[-1]) + 1) % 10)
        answer = self._send("prove wrongly", self.person.claim() | {"customer_code": mistyped})
        self._expect("prove wrongly", 422, answer)

    def _choose(self) -> None:
        person = self.person
        self._codes_seen = len(self._post.codes(person.user_id))
        chosen = {"step_token": self._step_token, "user_id": person.user_id, "question": _QUESTION}
        chosen |= dict.fromkeys(("password", "password_repeat"), person.password)
        chosen |= dict.fromkeys(("answer", "answer_repeat"), SECURITY_ANSWER)
        answer = self._expect("choose", 201, self._send("choose", chosen))
        self._confirmation_token = answer.body["confirmation_token"]

    def _confirm(self) -> None:
        body = {"confirmation_token": self._confirmation_token, "code": self._code("confirm")}
        answer = self._send("confirm", body)
        self.person.registered = "yes" if answer.ok else "perhaps" if answer.maybe_done else "no"
        self._expect("confirm", 200, answer)

    def _log_in(self) -> None:
        body = self._login(self.person.password)
        if self.person.device_token and self._chance.random() < KNOWN_DEVICE:
            body["device_token"] = self.person.device_token
        self._started(self._expect("log in", 200, self._send("log in", body)))

    def _log_in_wrongly(self) -> None:
        body = self._login("tutta un'altra parola")
        if self.person.device_token and self._chance.random() < KNOWN_DEVICE:
            body["device_token"] = self.person.device_token
        self._expect("log in wrongly", 401, self._send("log in wrongly", body))

    def _come_back(self) -> None:
        spent, self.person.refresh_token = self.person.refresh_token, ""
        self._started(self._expect("come back", 200, self._send("come back", {"refresh_token": spent})))

    def _read(self) -> None:
        self._expect("read", 200, self._send("read", None, self._access_token))

    def _forget(self) -> None:
        self._codes_seen = len(self._post.codes(self.person.user_id))
        self.person.has_recovered = True
        body = {"supplier": self.person.supplier, "user_id": self.person.user_id}
        answer = self._expect("forget", 200, self._send("forget", body))
        self._recovery_token = answer.body["recovery_token"]

    def _give_the_code(self) -> None:
        body = {"recovery_token": self._recovery_token, "code": self._code("give the code")}
        answer = self._expect("give the code", 200, self._send("give the code", body))
        self._recovery_token = answer.body["recovery_token"]

    def _answer(self) -> None:
        password = self.person.another_password(self._chance)
        body = {"recovery_token": self._recovery_token, "answer": SECURITY_ANSWER}
        self._set_password("answer", 204, password, body)
        self.person.refresh_token = ""  # every session has ended

    def _prove_again(self) -> None:
        body = {"password": self.person.password}
        answer = self._expect("prove again", 200, self._send("prove again", body, self._access_token))
        self._reauth_token = answer.body["reauth_token"]

    def _change(self) -> None:
        body = {"reauth_token": self._reauth_token}
        answer = self._set_password("change", 200, self.person.another_password(self._chance), body)
        self._started(answer)

    def _close(self) -> None:
        answer = self._send("close", {"reauth_token": self._reauth_token}, self._access_token)
        self.person.closed = "yes" if answer.ok else "perhaps" if answer.maybe_done else "no"
        self._expect("close", 204, answer)

    def _set_password(self, step: str, status: int, password: str, body: dict[str, Any]) -> Answer:
        sent = body | dict.fromkeys(("password", "password_repeat"), password)
        answer = self._send(step, sent, self._access_token if step == "change" else "")
        if answer.ok:
            self.person.has_set(password)
        elif answer.maybe_done:
            self.person.perhaps.append(password)
        return self._expect(step, status, answer)

    def _started(self, answer: Answer) -> None:
        self._access_token = answer.body["access_token"]
        self.person.refresh_token = answer.body["refresh_token"]
        self.person.device_token = answer.body.get("device_token") or self.person.device_token

    def _login(self, password: str) -> dict[str, str]:
        return {"supplier": self.person.supplier, "user_id": self.person.user_id, "password": password}

    def _code(self, step: str) -> str:
        code = self._post.next_code(self.person.user_id, self._codes_seen, PATIENCE, self._wait)
        if not code:
            raise BrokenOff(f"{step}: no mail")
        return code

    def _send(self, step: str, body: dict[str, Any] | None = None, bearer: str = "") -> Answer:
        return self._browser.send(ROUTES[step], body, bearer)

    def _expect(self, step: str, status: int, answer: Answer) -> Answer:
        if answer.status != status:
            raise BrokenOff(f"{step}: {answer.status or 'no answer'} {answer.body.get('code', '')}".strip())
        return answer
