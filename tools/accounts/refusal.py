"""What the tool says when it does nothing."""


class Refused(Exception):
    """Nothing was changed; the message is one line for people."""
