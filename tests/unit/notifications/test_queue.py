"""What waits in the queue may be another version's."""

import json

from notifications.changes import Notification
from notifications.queue import body_of, read
from notifications.retries import NEW, Waiting

_NOTIFICATION = Notification("welcome", "e1", 1_800_000_000, "gas", {"account_id": "a1"})


def test_what_a_later_version_added_to_a_message_is_passed_over() -> None:
    waiting = Waiting(*range(3, 3 + len(Waiting._fields)))
    message = json.loads(body_of(_NOTIFICATION, waiting))
    message["added"] = message["waited"]["added"] = "later"
    assert read(json.dumps(message)) == (_NOTIFICATION, waiting)
    del message["waited"]
    assert read(json.dumps(message)) == (_NOTIFICATION, NEW)
