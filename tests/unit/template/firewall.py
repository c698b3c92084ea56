"""What the firewall's rules look at: enough of AWS WAF to say which requests a statement matches."""

import re
from collections.abc import Callable, Iterator
from operator import itemgetter
from posixpath import normpath
from typing import Any, NamedTuple
from urllib.parse import unquote

_OF_GROUPS = {  # capacity units, from AWS's lists of its managed rules
    "AWSManagedRulesAmazonIpReputationList": 25,
    "AWSManagedRulesAnonymousIpList": 50,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesCommonRuleSet": 700,
}
_OF_TRANSFORMATIONS = {"NONE": 0, "URL_DECODE": 10, "NORMALIZE_PATH": 10}


class Request(NamedTuple):
    method: str
    path: str
    is_ipv6: bool = False


def matches(statement: dict[str, Any], request: Request) -> bool:  # noqa: PLR0911 - one for each kind
    """Return whether a statement matches; address sets are empty but that of every IPv6 address."""
    [(kind, of)] = statement.items()
    match kind:
        case "AndStatement":
            return all(matches(each, request) for each in of["Statements"])
        case "OrStatement":
            return any(matches(each, request) for each in of["Statements"])
        case "NotStatement":
            return not matches(of["Statement"], request)
        case "IPSetReferenceStatement":
            return of["Arn"] == {"Fn::GetAtt": ["EveryIpv6", "Arn"]} and request.is_ipv6
        case "ByteMatchStatement":
            return bool(of["SearchString"] == request.method)
        case "RegexMatchStatement":
            return re.search(of["RegexString"], _transformed(request.path, of)) is not None
        case "ManagedRuleGroupStatement" | "RateBasedStatement":
            return "ScopeDownStatement" not in of or matches(of["ScopeDownStatement"], request)
    raise ValueError(kind)


def capacity(statement: dict[str, Any]) -> int:  # noqa: PLR0911 - one for each kind
    """Return the capacity units of a statement, as docs.aws.amazon.com/waf says for each kind."""
    [(kind, of)] = statement.items()
    match kind:
        case "AndStatement" | "OrStatement":
            return sum(map(capacity, of["Statements"]))
        case "NotStatement":
            return capacity(of["Statement"])
        case "IPSetReferenceStatement":
            return 1
        case "ByteMatchStatement":
            return {"EXACTLY": 2}[of["PositionalConstraint"]] + _transformations(of)
        case "RegexMatchStatement":
            return 3 + _transformations(of)
        case "RateBasedStatement":
            return 2 + 30 * len(of.get("CustomKeys", [])) + _scope(of)
        case "ManagedRuleGroupStatement":
            return _OF_GROUPS[of["Name"]] + _scope(of)
    raise ValueError(kind)


def fields(node: Any) -> Iterator[str]:
    """Yield the parts of a request that a statement reads, such as `UriPath`."""
    if isinstance(node, list):
        for each in node:
            yield from fields(each)
    elif isinstance(node, dict):
        yield from node.get("FieldToMatch", {})
        yield from fields(list(node.values()))


def _scope(of: dict[str, Any]) -> int:
    return capacity(of["ScopeDownStatement"]) if "ScopeDownStatement" in of else 0


def _transformed(path: str, of: dict[str, Any]) -> str:
    for each in sorted(of["TextTransformations"], key=itemgetter("Priority")):
        path = _TRANSFORMATIONS[each["Type"]](path)
    return path


def _normalized(path: str) -> str:
    """Return a path without doubled slashes and dots; WAF keeps a slash at the end."""
    return re.sub("//+", "/", normpath(path)) + ("/" if path.endswith("/") else "")


_TRANSFORMATIONS: dict[str, Callable[[str], str]] = {"URL_DECODE": unquote, "NORMALIZE_PATH": _normalized}


def _transformations(of: dict[str, Any]) -> int:
    return sum(_OF_TRANSFORMATIONS[each["Type"]] for each in of["TextTransformations"])
