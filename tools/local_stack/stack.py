"""Runs emulator, build, deployment and front door; for `make run` and for the tests."""

import contextlib
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tools.local_stack import deploy, emulator
from tools.local_stack.build import build
from tools.local_stack.front_door import Upstream, serving
from tools.local_stack.places import Places, locked
from tools.paths import ROOT

_STAGE = "prod"


class LocalStack(NamedTuple):
    """A running stack; `outputs` are those of the template, by name."""

    places: Places
    outputs: Mapping[str, str]
    emulator: subprocess.Popen[bytes]

    @property
    def api(self) -> str:
        """The API's address, without a slash at its end."""
        return self.places.api

    @property
    def endpoint(self) -> str:
        """The emulator's address, for AWS clients."""
        return self.places.endpoint

    @property
    def origin(self) -> str:
        """The site's origin, which the API allows even if no site is served."""
        return self.places.site

    def logs(self) -> str:
        """Return the logs of the functions and of the emulator."""
        client = self.client("logs")
        groups = [group["logGroupName"] for group in client.describe_log_groups()["logGroups"]]
        events = [event for group in groups for event in client.filter_log_events(logGroupName=group)["events"]]
        own = (self.places.logs / "emulator.log").read_text(encoding="utf-8", errors="replace")
        return "\n".join([own, *(event["message"] for event in events)])

    def client(self, service: str) -> Any:  # noqa: ANN401 - each service has its own methods
        """Return a boto3 client of the emulator's root user."""
        return deploy.client(self.endpoint, service)


@contextlib.contextmanager
def local_stack(places: Places, overrides: Mapping[str, str] | None = None) -> Iterator[LocalStack]:
    """Run a local stack while the block runs; `overrides` are template parameters. Raises StackError."""
    with locked(places.folder, "the local stack already runs in this folder"):
        emulator.refuse_busy_port(places.port, "PORT")
        with emulator.running(places) as process:
            if (overrides or {}).get("SenderEmail"):
                deploy.verify_sender(places, (overrides or {})["SenderEmail"])
            fingerprint = build(places.logs / "build.log")
            outputs = deploy.deploy(places, fingerprint, overrides or {})
            upstream = Upstream(places.stack_port, f"/_aws/execute-api/{outputs['ApiId']}/{_STAGE}")
            with serving(places.port, upstream, ROOT / "template.yaml"):
                yield LocalStack(places, outputs, process)
