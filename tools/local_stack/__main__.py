"""`make run`: starts the local stack, loads the samples, says where it is, and stays until Ctrl-C."""

import argparse
import contextlib
import json
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tools.local_stack import mailbox, samples, site
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
        _run(places, options.mail_port if options.mail == "on" else 0)
    except StackError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; what was stored is kept (`make reset` forgets it).")
    return 0


def _run(places: Places, mail_port: int) -> None:
    """Run the stack; without a port for the mailbox it sends no mail."""
    began = time.monotonic()
    print("Starting the local stack (the first time takes a minute) ...", flush=True)
    with contextlib.ExitStack() as running:
        refuse_busy_port(places.site_port, "SITE_PORT")
        if mail_port:
            refuse_busy_port(mail_port, "MAIL_PORT")
        stack = running.enter_context(local_stack(places, {"SenderEmail": mailbox.SENDER} if mail_port else {}))
        samples.load(stack)
        running.enter_context(site.serving(places.site_port, stack.api))
        addresses = {"api": stack.api, "site": places.site, "endpoint": stack.endpoint}
        if mail_port:
            running.enter_context(mailbox.serving(mail_port, places.stack_port))
            addresses["mail"] = f"http://127.0.0.1:{mail_port}"
        _announce(addresses, ADDRESSES)
        try:
            print(f"Utenza answers at {stack.api} after {time.monotonic() - began:.0f} s. Ctrl-C stops it.")
            print(f"The site is at {places.site}")
            print(_about_mail(addresses.get("mail")))
            print(samples.registration(stack.api, addresses.get("mail")), flush=True)
            stack.emulator.wait()
        finally:
            ADDRESSES.unlink(missing_ok=True)
        raise StackError(f"the emulator has ended by itself: see {places.logs / 'emulator.log'}")


def _about_mail(address: str | None) -> str:
    if address is None:
        return "It sends no mail: the question alone recovers a password (MAIL=on is the other way)."
    return f"What it mails is to be read at {address}; MAIL=off sends none."


def _announce(addresses: Mapping[str, str], file: Path) -> None:
    """Write the addresses for scripts, whole or not at all."""
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(addresses) + "\n")
    fresh.replace(file)


def _stop(_number: int, _frame: object) -> None:
    """End the run once: what follows the first signal must not disturb the saving of the state."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where the API answers")
    parser.add_argument("--stack-port", type=int, default=4566, help="where the emulator of AWS answers")
    parser.add_argument("--site-port", type=int, default=8080, help="where the site is served")
    parser.add_argument("--mail", choices=("on", "off"), default="on", help="whether codes and notices are mailed")
    parser.add_argument("--mail-port", type=int, default=8025, help="where the mails are to be read")
    return parser


if __name__ == "__main__":
    sys.exit(main())
