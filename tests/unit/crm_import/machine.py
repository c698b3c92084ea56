"""Runs import.asl.json as Step Functions does, with the handler of the function in place of Lambda."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from crm_import import app

FILE = Path(app.__file__).with_name("import.asl.json")
BUCKET, FUNCTION = "exchange", "arn:function:live"


def definition() -> dict[str, Any]:
    text = FILE.read_text(encoding="utf-8").replace("${Function}", FUNCTION).replace("${Bucket}", BUCKET)
    found: dict[str, Any] = json.loads(text)
    return found


class Ended(NamedTuple):
    """How an execution ended: `error` is empty if it succeeded, `steps` are the states that it passed."""

    error: str
    output: Any
    steps: list[str]


_EXECUTIONS = itertools.count(1)


class _Failure(Exception):
    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Machine:
    """`invoke` does a step; `read` returns the JSON of a key in the bucket."""

    def __init__(self, invoke: Callable[[dict[str, Any]], Any], read: Callable[[str], Any]) -> None:
        self._invoke, self._read = invoke, read
        self._context = {"Execution": {"Id": f"execution-{next(_EXECUTIONS)}"}}

    def run(self, given: Any) -> Ended:
        steps: list[str] = []
        try:
            output = self._run(definition(), given, steps)
        except _Failure as failure:
            return Ended(failure.error, None, steps)
        return Ended("", output, steps)

    def _run(self, machine: Mapping[str, Any], data: Any, steps: list[str]) -> Any:
        name = machine["StartAt"]
        while True:
            state = machine["States"][name]
            steps.append(name)
            try:
                data, name = self._step(state, data)
            except _Failure as failure:
                catcher = next((each for each in state.get("Catch", []) if _matches(each, failure.error)), None)
                if catcher is None:
                    raise
                data = {**data, catcher["ResultPath"].removeprefix("$."): {"Error": failure.error, "Cause": "{}"}}
                name = catcher["Next"]
            if not name:
                return data

    def _step(self, state: Mapping[str, Any], data: Any) -> tuple[Any, str]:
        """Return the data behind a state and the next state, empty at the end."""
        following = "" if state.get("End") else state.get("Next", "")
        match state["Type"]:
            case "Succeed":
                return data, ""
            case "Fail":
                raise _Failure(state["Error"])
            case "Choice":
                chosen = (each for each in state["Choices"] if _holds(each, data))
                return data, next((each["Next"] for each in chosen), state["Default"])
            case "Map":
                assert state["ItemReader"]["Resource"] == "arn:aws:states:::s3:getObject"
                place = self._filled(state["ItemReader"]["Parameters"], data)
                assert place["Bucket"] == BUCKET
                for item in self._read(place["Key"]):
                    self._run(state["ItemProcessor"], item, [])
                return data, following
        return self._task(state, data), following

    def _task(self, state: Mapping[str, Any], data: Any) -> Any:
        assert state["Resource"] == "arn:aws:states:::lambda:invoke"
        parameters = self._filled(state["Parameters"], data)
        assert parameters["FunctionName"] == FUNCTION
        tries: dict[int, int] = {}
        while True:
            try:
                return self._invoke(json.loads(json.dumps(parameters["Payload"])))
            except Exception as error:
                name = type(error).__name__
                at, retry = next(_retriers(state, name), (0, {"MaxAttempts": 0}))
                tries[at] = tries.get(at, 0) + 1
                if tries[at] > retry["MaxAttempts"]:
                    raise _Failure(name) from error

    def _filled(self, template: Any, data: Any) -> Any:
        if not isinstance(template, dict):
            return template
        return {
            name.removesuffix(".$"): self._found(value, data) if name.endswith(".$") else self._filled(value, data)
            for name, value in template.items()
        }

    def _found(self, path: str, data: Any) -> Any:
        return _at(self._context, path[1:]) if path.startswith("$$.") else _at(data, path)


def _retriers(state: Mapping[str, Any], error: str) -> Iterator[tuple[int, Any]]:
    return ((at, each) for at, each in enumerate(state.get("Retry", [])) if _matches(each, error))


def _matches(rule: Mapping[str, Any], error: str) -> bool:
    return bool({error, "States.ALL"} & set(rule["ErrorEquals"]))


def _holds(rule: Mapping[str, Any], data: Any) -> bool:
    if "And" in rule:
        return all(_holds(each, data) for each in rule["And"])
    if "IsPresent" in rule:
        return bool(_is_present(data, rule["Variable"]) == rule["IsPresent"])
    if "StringMatches" in rule:
        return fnmatchcase(_at(data, rule["Variable"]), rule["StringMatches"])
    return bool(_at(data, rule["Variable"]) == rule["StringEquals"])


def _is_present(data: Any, path: str) -> bool:
    try:
        _at(data, path)
    except KeyError:
        return False
    return True


def _at(data: Any, path: str) -> Any:
    for name in path.removeprefix("$").strip(".").split("."):
        data = data[name] if name else data
    return data
