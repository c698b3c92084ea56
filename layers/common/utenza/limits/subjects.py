"""What attempts are counted for: a customer code, an address, a token, and always the source of the call."""

import hashlib
from ipaddress import IPv6Network
from typing import NamedTuple

from utenza.limits.limit import Limit

_HOUSEHOLDS = 10  # of a /48, before it runs out as one of them does


class Subject(NamedTuple):
    """`name` may be personal and of any length; `kind` says which attempts, such as "login-account"."""

    supplier: str
    kind: str
    name: str
    limit: Limit

    @property
    def key(self) -> str:
        """Return the key in the table: the name as a hash."""
        digest = hashlib.sha256(self.name.encode(errors="surrogatepass")).hexdigest()[:32]
        return f"{self.supplier}#{self.kind}#{digest}"


def of_source(supplier: str, kind: str, source: str, limit: Limit) -> tuple[Subject, ...]:
    """Return the subjects of a source: an IPv4 address; or an IPv6 /64 and, with ten times the room, its /48.

    A household has a /64, but a customer of most providers can choose among 256 or 65,536 of them.
    """
    subject = Subject(supplier, kind, source, limit)
    if not source.endswith("/64"):
        return (subject,)
    network = str(IPv6Network(source).supernet(new_prefix=48))
    return subject, Subject(supplier, f"{kind}-network", network, limit.times(_HOUSEHOLDS))
