"""The texts for people: a TOML file for each language, all with the same keys."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel

_LONG = 2 * 86_400  # seconds: from here on people count days


class ProblemText(BaseModel):
    """`detail` may hold `{wait}`."""

    title: str
    detail: str


class WaitTexts(BaseModel):
    """`seconds`, `minutes` and `days` hold `{number}`."""

    second: str
    seconds: str
    minute: str
    minutes: str
    days: str

    def in_words(self, seconds: int) -> str:
        """Return a waiting time in words, rounded up."""
        if seconds < 60:
            return self.second if seconds == 1 else self.seconds.format(number=seconds)
        if seconds >= _LONG:
            return self.days.format(number=-(-seconds // 86_400))
        minutes = -(-seconds // 60)
        return self.minute if minutes == 1 else self.minutes.format(number=minutes)


class DeviceTexts(BaseModel):
    """`both` holds `{browser}` and `{system}`."""

    both: str
    unknown: str


class Messages(BaseModel):
    """Texts by the codes of the contract; `fields` has the text of every field error, and `invalid` for any other.

    `details` are other words for a problem's detail. The name of a company has a text of its own, because digits and
    signs belong to it.
    """

    wait: WaitTexts
    devices: DeviceTexts
    problems: dict[str, ProblemText]
    hints: dict[str, str]
    details: dict[str, str]
    fields: dict[str, str]

    def of_field(self, field: str, code: str) -> str:
        """Return what to do about a field error."""
        key = "invalid_company_name" if (field, code) == ("company_name", "invalid_name") else code
        return self.fields.get(key, self.fields["invalid"])


@cache
def messages_in(language: str) -> Messages:
    """Return the texts in a language of `utenza.http.languages`."""
    return Messages.model_validate(
        tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
    )
