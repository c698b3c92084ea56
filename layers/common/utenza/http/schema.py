"""What a request body may be: declared once, checked here, described in openapi.json by `tools.openapi`.

Pydantic would do this and costs more at a cold start than all the rest together (docs/adr/0002-lean-hot-path.md).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self
from unicodedata import category, normalize

from utenza.errors import FieldError, InvalidRequest, InvalidValue

# Only a name that could be a field's is named in an answer: nothing else of the input is echoed.
_FIELD_NAME = re.compile(r"[a-z][a-z_]{0,39}")


class Text:
    """A JSON string of at most `max_length` code points; absent, null and blank mean the same, and are "" if optional.

    Texts are NFC and trimmed. `verbatim` ones are left as they came: passwords and tokens, and identifiers, whose own
    checks must see a Kelvin sign before NFC makes a K of it.
    """

    def __init__(
        self, max_length: int, *, optional: bool, verbatim: bool, check: Callable[[str], str] | None, doc: str
    ) -> None:
        self.max_length = max_length
        self.optional = optional
        self.verbatim = verbatim
        self.check = check
        self.doc = doc

    def read(self, value: object) -> str:
        """Return the checked text; InvalidValue says why not."""
        if not isinstance(value, str | None):
            raise InvalidValue("wrong_type")
        text = value or ""
        if not self.verbatim:
            text = normalize("NFC", text).strip()
            if any(category(email_for) in ("Cc", "Cs", "Co") for email_for in text):
                raise InvalidValue("invalid_characters")
        if not text and self.optional:
            return ""
        if not text:
            raise InvalidValue("required")
        if len(text) > self.max_length:
            raise InvalidValue("too_long")
        return self.check(text) if self.check else text


def text(
    max_length: int,
    *,
    optional: bool = False,
    verbatim: bool = False,
    check: Callable[[str], str] | None = None,
    doc: str = "",
) -> Any:  # noqa: ANN401 - as with dataclasses.field, the annotation beside it says the type
    """Declare one field of a body: the class attribute stands for the value that an instance will have."""
    return Text(max_length, optional=optional, verbatim=verbatim, check=check, doc=doc)


class Body:
    """A request body: its fields by name, and what is wrong with them in `errors`; a wrong field reads as ""."""

    fields: ClassVar[dict[str, Text]] = {}
    errors: list[FieldError]

    def __init_subclass__(cls) -> None:
        cls.fields = cls.fields | {name: value for name, value in vars(cls).items() if isinstance(value, Text)}

    @classmethod
    def parse(cls, raw: Mapping[str, object]) -> Self:
        """Read every field and note every fault, so that they can be reported together with those found later."""
        body = cls()
        body.errors = [
            FieldError(name if _FIELD_NAME.fullmatch(name) else "", "unknown_field")
            for name in raw
            if name not in cls.fields
        ]
        for name, field in cls.fields.items():
            try:
                value = field.read(raw.get(name))
            except InvalidValue as invalid:
                body.refuse(name, invalid.code)
                value = ""
            setattr(body, name, value)
        return body

    def refuse(self, field: str, code: str) -> None:
        self.errors.append(FieldError(field, code))

    def refused(self, field: str) -> bool:
        return any(error.field == field for error in self.errors)

    def given(self, field: str) -> bool:
        """Tell whether there was anything in the field, right or wrong."""
        return bool(getattr(self, field)) or self.refused(field)

    def raise_errors(self) -> None:
        """Raise InvalidRequest with every fault noted so far, if there is one."""
        if self.errors:
            raise InvalidRequest(self.errors)
