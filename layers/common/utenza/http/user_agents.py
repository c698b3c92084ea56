"""What a browser says of itself, shortened to what its owner knows it by: "Chrome on Android".

ua-parser reads it (https://github.com/ua-parser), without the models of phones: nobody needs them here. Stored is a
neutral form such as "Chrome|Android". It is made of the names below alone: whoever logs in may send anything, and none
of it shall stand in a page or a mail of ours.
"""

from functools import cache
from typing import Any

from utenza.http.messages import messages_in

_READ = 512  # characters: the time that reading takes grows with them
_BROWSERS = {
    "Chrome": "Chrome",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chromium": "Chromium",
    "DuckDuckGo": "DuckDuckGo",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Edge": "Edge",
    "Edge Mobile": "Edge",
    "Firefox": "Firefox",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Google": "Google",
    "HuaweiBrowser": "Huawei Browser",
    "IE": "Internet Explorer",
    "MiuiBrowser": "Mi Browser",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Opera": "Opera",
    "Opera Mini": "Opera",
    "Opera Mobile": "Opera",
    "Opera Touch": "Opera",
    "Safari": "Safari",
    "Samsung Internet": "Samsung Internet",
    "Vivaldi": "Vivaldi",
    "Yandex Browser": "Yandex",
}
_SYSTEMS = {
    "Android": "Android",
    "Chrome OS": "ChromeOS",
    "Fedora": "Linux",
    "FreeBSD": "FreeBSD",
    "HarmonyOS": "HarmonyOS",
    "Linux": "Linux",
    "Mac OS X": "macOS",
    "Ubuntu": "Linux",
    "Windows": "Windows",
    "iOS": "iOS",
    "iPadOS": "iPadOS",
}


def device_of(user_agent: str) -> str:
    """Return browser and system with a bar between them, either of them empty if it is none that we name.

    >>> device_of("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0")
    'Firefox|Linux'
    >>> device_of("Call 0123 now")
    ''
    """
    resolve, domains = _resolver()
    found = resolve(user_agent[:_READ].encode("ascii", "replace").decode(), domains)
    browser = _BROWSERS.get(found.user_agent.family if found.user_agent else "", "")
    system = _SYSTEMS.get(found.os.family if found.os else "", "")
    return f"{browser}|{system}" if browser or system else ""


def in_words(device: str, language: str) -> str:
    """Write out what `device_of` returned; of what nothing is known, say so.

    >>> in_words("Chrome|Android", "it"), in_words("|iOS", "de"), in_words("", "en")
    ('Chrome su Android', 'iOS', 'Unknown device')
    """
    texts = messages_in(language).devices
    browser, _, system = device.partition("|")
    if browser and system:
        return texts.both.format(browser=browser, system=system)
    return browser or system or texts.unknown


@cache
def _resolver() -> tuple[Any, Any]:
    """Return what reads, and what it shall read; a tenth of a second of the processor, so it is loaded when needed."""
    from ua_parser.core import Domain  # noqa: PLC0415
    from ua_parser.regex import Resolver  # noqa: PLC0415
    from ua_parser_builtins.lazy import MATCHERS  # noqa: PLC0415

    browsers, systems, _ = MATCHERS
    return Resolver(([*browsers], [*systems], [])), Domain.USER_AGENT | Domain.OS
