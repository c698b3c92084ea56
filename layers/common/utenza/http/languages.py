"""Which of our languages a caller reads best."""

LANGUAGES = ("it", "en", "de")
"""The first is the default."""

_MOST_CHARACTERS = 200  # of a header that strangers send


def best(accepted: str) -> str:
    """Return the best of our languages for an Accept-Language header (RFC 9110, section 12.5.4)."""
    language, highest = LANGUAGES[0], 0.0
    for part in accepted[:_MOST_CHARACTERS].split(","):
        tag, _, parameter = part.strip().lower().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if tag.split("-")[0] in LANGUAGES and highest < weight <= 1:
            language, highest = tag.split("-")[0], weight
    return language
