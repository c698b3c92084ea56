import doctest

import pytest

from utenza.http import user_agents
from utenza.http.user_agents import device_of, in_words

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome|Android"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/142.0.0.0 Safari/537.36", "Chrome|Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge|Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/26.0 Mobile/15E148 Safari/604.1",
            "Safari|iOS",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/26.0 Safari/605.1.15",
            "Safari|macOS",
        ),
        ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox|Linux"),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
            "Samsung Internet|Android",
        ),
        ("Utenza/2.0 CFNetwork/1568.100.1 Darwin/24.0.0", "|iOS"),
        ("okhttp/4.12.0", ""),
        ("python-requests/2.32", ""),
        ("", ""),
    ],
)
def test_a_device_is_its_browser_and_its_system(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device


@pytest.mark.parametrize(
    "user_agent",
    [
        "Chiami subito 800123456/1.0 CFNetwork/1568.100.1 Darwin/24.0.0",
        "Mozilla/5.0 (Windows\r\nSet-Cookie: a=b) Chrome\x00/1.0",
        "<script>alert(1)</script>",
        "Chrome|Android|x" * 500,
        "\u202eenorhC",
        "\ud800",
    ],
)
def test_nothing_of_what_was_sent_is_kept_but_names_that_we_know(user_agent: str) -> None:
    browser, _, system = device_of(user_agent).partition("|")
    assert browser in {"", *user_agents._BROWSERS.values()}  # noqa: SLF001 - all names that there are
    assert system in {"", *user_agents._SYSTEMS.values()}  # noqa: SLF001


def test_only_the_beginning_is_read() -> None:
    assert device_of(" " * 512 + "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0") == ""


@pytest.mark.parametrize(
    ("language", "both", "unknown"),
    [
        ("it", "Chrome su Android", "Dispositivo sconosciuto"),
        ("en", "Chrome on Android", "Unknown device"),
        ("de", "Chrome auf Android", "Unbekanntes Gerät"),
    ],
)
def test_a_device_is_written_out_in_the_language_of_who_reads_it(language: str, both: str, unknown: str) -> None:
    assert in_words("Chrome|Android", language) == both
    assert in_words("", language) == unknown
    assert in_words("|iOS", language) == "iOS"
    assert in_words("Firefox|", language) == "Firefox"


def test_the_doctests_pass() -> None:
    assert doctest.testmod(user_agents).failed == 0
