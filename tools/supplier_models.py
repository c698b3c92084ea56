"""What `suppliers.toml` may say: what the compiler checks it with and the import reads its mapping from."""

import re
from typing import Literal, NamedTuple

from tools.toml_schema import Check, by, items, one_of, table, text

Language = Literal["it", "en", "de"]
LANGUAGES: tuple[Language, ...] = ("it", "en", "de")

type Texts = dict[Language, str]
type Names = list[str]

_PATTERN_TOKEN = re.compile(r"\[[0-9A-Z/_-]+\]|\\d|[0-9A-Z/_]|\(\?:|[()|?]|\{\d{1,2}(?:,\d{1,2})?\}")
_MAX_REPETITIONS = 3


class Links(NamedTuple):
    site: Texts
    privacy: Texts
    contact: Texts


class Mail(NamedTuple):
    """How the supplier's mails look; what is left out is its Italian name, no reply-to, and Utenza's blue."""

    sender_name: str
    reply_to: str
    colour: str


class Columns(NamedTuple):
    """Our name for a column -> its names in the export; an empty list says the export has none."""

    supplier: Names
    customer_code: Names
    kind: Names
    last_name: Names
    first_name: Names
    company_name: Names
    codice_fiscale: Names
    partita_iva: Names
    phone: Names
    email: Names
    status: Names


class Kinds(NamedTuple):
    person: Names
    company: Names


class Statuses(NamedTuple):
    active: Names
    closed: Names


class ImportMapping(NamedTuple):
    columns: Columns
    kinds: Kinds
    statuses: Statuses


class SupplierEntry(NamedTuple):
    """`mapping` is what the file calls `import`."""

    id: str
    name: Texts
    languages: list[Language]
    code_label: Texts
    code_pattern: str
    code_hint: Texts
    code_picture: str
    links: Links
    mail: Mail
    mapping: ImportMapping

    def texts(self) -> dict[str, Texts]:
        """Every text of this supplier, by its place."""
        links = {f"links.{name}": texts for name, texts in self.links._asdict().items()}
        return {"name": self.name, "code_label": self.code_label, "code_hint": self.code_hint, **links}


def safe_pattern(pattern: str) -> str:
    """Refuse what could take long to match: no `*`, no `+`, no repeated group, at most three varying repetitions."""
    end = 0
    variable = 0
    for token in _PATTERN_TOKEN.finditer(pattern):
        if token.start() != end:
            break
        if token[0][0] in "{?" and pattern[:end].endswith(")"):
            raise ValueError("a repeated group is not allowed")
        variable += token[0] == "?" or (token[0].startswith("{") and "," in token[0])
        end = token.end()
    if end != len(pattern):
        raise ValueError(
            f"not allowed at position {end + 1}: capital letters, digits, [classes], {{m,n}}, ? and (a|b) are"
        )
    if variable > _MAX_REPETITIONS:
        raise ValueError(f"more than {_MAX_REPETITIONS} repetitions of varying length")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


def _in_every_language(each: Check[str]) -> Check[Texts]:
    """Take a text for each language, or one for all of them."""
    texts = by(LANGUAGES, each)
    return lambda value: texts(dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value)


def _address(value: str) -> str:
    if not re.fullmatch(r"https://[^\s/@]+\.[^\s@]+", value):
        raise ValueError("not an https address")
    return value


def _contact(value: str) -> str:
    return value if re.fullmatch(r"mailto:[^\s@]+@[^\s@]+", value) else _address(value)


def _supplier(value: object) -> SupplierEntry:
    """Take one supplier, with texts in each of its languages."""
    entry = _ENTRY(value)
    if "it" not in entry.languages:
        raise ValueError("languages: it is always needed")
    if len(set(entry.languages)) != len(entry.languages):
        raise ValueError("languages: one is named twice")
    for place, texts in entry.texts().items():
        missing = [language for language in entry.languages if language not in texts]
        if missing:
            raise ValueError(f"{place}: the text in {' and '.join(missing)} is missing")
    return entry


_texts = _in_every_language(text(r"\S", least=1, most=500))
_addresses = _in_every_language(text(most=500, check=_address))
_names = items(text("[0-9A-Za-z]"), most=20)
_some_names = items(text("[0-9A-Za-z]"), least=1, most=20)
_needed = {"customer_code", "kind"}

_LINKS = table(
    Links,
    {"site": _addresses, "privacy": _addresses, "contact": _in_every_language(text(most=500, check=_contact))},
)
_MAIL = table(
    Mail,
    {
        "sender_name": text(r"\A[^\r\n\"<>]*\Z", most=64),
        "reply_to": text(r"\A([^\s@<>\",]+@[^\s@<>\",]+\.[^\s@<>\",]+)?\Z"),
        "colour": text(r"\A(#[0-9a-fA-F]{6})?\Z"),
    },
    left_out={"sender_name": "", "reply_to": "", "colour": ""},
)
_MAPPING = table(
    ImportMapping,
    {
        "columns": table(Columns, {name: _some_names if name in _needed else _names for name in Columns._fields}),
        "kinds": table(Kinds, {"person": _names, "company": _names}),
        "statuses": table(Statuses, {"active": _names, "closed": _names}),
    },
)
_ENTRY = table(
    SupplierEntry,
    {
        "id": text(r"\A[a-z0-9-]{2,40}\Z"),
        "name": _texts,
        "languages": items(one_of(LANGUAGES), least=1),
        "code_label": _texts,
        "code_pattern": text(least=1, most=64, check=safe_pattern),
        "code_hint": _texts,
        "code_picture": text(r"\A([A-Za-z0-9_-]+\.(png|jpg|svg|webp))?\Z"),
        "links": _LINKS,
        "mail": _MAIL,
        "import": _MAPPING,
    },
    left_out={"code_picture": "", "mail": {}},
)


suppliers_file: Check[list[SupplierEntry]] = table(lambda entries: entries, {"suppliers": items(_supplier, least=1)})
