"""`make run`: starts the local stack, loads the samples, prints the addresses and runs until Ctrl-C."""

import argparse
import contextlib
import json
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tools.local_stack import mailbox, samples, site
from tools.local_stack.deploy import parameters
from tools.local_stack.emulator import refuse_busy_port
from tools.local_stack.places import RUN, Places, StackError
from tools.local_stack.stack import local_stack
from tools.paths import ADDRESSES


def main() -> int:
    options = _parser().parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        places = Places(RUN, options.port, options.stack_port, options.site_port)
        overrides = with_origins(places, options.origins) | {"Canary": "true"}
        if options.mail == "on":
            overrides |= {"SenderEmail": mailbox.SENDER, "OperatorsEmail": mailbox.OPERATORS}
        _run(places, overrides, options.mail_port if options.mail == "on" else 0)
    except StackError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Stored data are kept (`make reset` deletes them).")
    return 0


def with_origins(places: Places, more: str) -> dict[str, str]:
    """Return the template parameter that allows the usual origins and `more`, separated by commas, if any."""
    origins = [origin.strip().rstrip("/") for origin in more.split(",") if origin.strip()]
    usual = parameters(places.api, places.endpoint, places.site)["AllowedOrigins"]
    return {"AllowedOrigins": ",".join((usual, *origins))} if origins else {}


def _run(places: Places, overrides: Mapping[str, str], mail_port: int) -> None:
    """Run the stack with these template parameters; `mail_port` 0 means that it sends no e-mails."""
    started = time.monotonic()
    print("Starting the local stack (the first time takes a minute) ...", flush=True)
    with contextlib.ExitStack() as running:
        refuse_busy_port(places.site_port, "SITE_PORT")
        if mail_port:
            refuse_busy_port(mail_port, "MAIL_PORT")
        stack = running.enter_context(local_stack(places, overrides))
        samples.load(stack)
        running.enter_context(site.serving(places.site_port, stack.api))
        addresses = {"api": stack.api, "site": places.site, "endpoint": stack.endpoint}
        if mail_port:
            running.enter_context(mailbox.serving(mail_port, places.stack_port))
            addresses["mail"] = f"http://127.0.0.1:{mail_port}"
        _write_addresses(addresses, ADDRESSES)
        try:
            print(f"Utenza listens on {stack.api} after {time.monotonic() - started:.0f} s. Ctrl-C stops it.")
            print(f"The site is at {places.site}")
            print(_about_mail(addresses.get("mail")))
            print(samples.registration(stack.api, addresses.get("mail")))
            print(samples.imports(stack.outputs["ExchangeBucketName"], stack.endpoint), flush=True)
            stack.emulator.wait()
        finally:
            ADDRESSES.unlink(missing_ok=True)
        raise StackError(f"the emulator has stopped unexpectedly: see {places.logs / 'emulator.log'}")


def _about_mail(address: str | None) -> str:
    if address is None:
        return "It sends no e-mails: the security question alone recovers a password (MAIL=on changes that)."
    return f"Read its e-mails at {address} (MAIL=off sends none)."


def _write_addresses(addresses: Mapping[str, str], file: Path) -> None:
    """Write the addresses for scripts, in one step so that no script reads half a file."""
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(addresses) + "\n")
    temporary.replace(file)


def _stop(_number: int, _frame: object) -> None:
    """Stop on the first signal and ignore further ones, which would disturb saving the state."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port of the API")
    parser.add_argument("--stack-port", type=int, default=4566, help="port of the AWS emulator")
    parser.add_argument("--site-port", type=int, default=8080, help="port of the site")
    parser.add_argument("--mail", choices=("on", "off"), default="on", help="whether to send e-mails")
    parser.add_argument("--mail-port", type=int, default=8025, help="port of the mailbox")
    parser.add_argument(
        "--origins", default="", help="origins of more pages that may call the API, such as http://localhost:5500,..."
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
