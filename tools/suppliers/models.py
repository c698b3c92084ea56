"""The models of `suppliers.toml`: what the compiler checks, and the column names that the import reads."""

import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

Language = Literal["it", "en", "de"]
LANGUAGES: tuple[Language, ...] = ("it", "en", "de")

_PATTERN_TOKEN = re.compile(r"\[[0-9A-Z/_-]+\]|\\d|[0-9A-Z/_]|\(\?:|[()|?]|\{\d{1,2}(?:,\d{1,2})?\}")
_MAX_REPETITIONS = 3


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def safe_pattern(pattern: str) -> str:
    """Return the pattern unchanged if it always matches in short time; raises ValueError if it might not.

    `*`, `+` and repeated groups are refused, and so are more than three repetitions of varying length.
    """
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
            f"not allowed at position {end + 1}; allowed are capital letters, digits, [classes], {{m,n}}, ? and (a|b)"
        )
    if variable > _MAX_REPETITIONS:
        raise ValueError(f"more than {_MAX_REPETITIONS} repetitions of varying length")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


def _in_every_language(value: object) -> object:
    return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value


def _address(value: str, info: ValidationInfo) -> str:
    if not re.fullmatch(r"https://[^\s/@]+\.[^\s@]+", value) and not (
        info.field_name == "contact" and re.fullmatch(r"mailto:[^\s@]+@[^\s@]+", value)
    ):
        raise ValueError("not an https address")
    return value


Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
Texts = Annotated[dict[Language, Text], BeforeValidator(_in_every_language)]
Address = Annotated[str, Field(max_length=500), AfterValidator(_address)]
Addresses = Annotated[dict[Language, Address], BeforeValidator(_in_every_language)]
Names = Annotated[list[Annotated[str, Field(pattern=r"[0-9A-Za-z]")]], Field(max_length=20)]
SomeNames = Annotated[Names, Field(min_length=1)]


class Links(Strict):
    site: Addresses
    privacy: Addresses
    contact: Addresses


class Mail(Strict):
    """How the supplier's e-mails look, and where one can object to an account or take a change of user id back.

    The defaults are its Italian name, no reply-to address, Utenza's blue, and no pages.
    """

    sender_name: Annotated[str, Field(max_length=64, pattern=r"^[^\r\n\"<>]*$")] = ""
    reply_to: Annotated[str, Field(pattern=r"^([^\s@<>\",]+@[^\s@<>\",]+\.[^\s@<>\",]+)?$")] = ""
    colour: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    objection_page: Annotated[str, Field(max_length=500, pattern=r"^(https://[^\s/@]+\.[^\s@]+)?$")] = ""
    undo_page: Annotated[str, Field(max_length=500, pattern=r"^(https://[^\s/@]+\.[^\s@]+)?$")] = ""


class Document(Strict):
    """What customers are asked to accept; a new version is asked for again."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")]
    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    title: Texts
    url: Addresses
    required: bool = False


class Columns(Strict):
    """Our names of the columns, each with its names in the export; an empty list means that the export lacks it."""

    supplier: Names
    customer_code: SomeNames
    kind: SomeNames
    last_name: Names
    first_name: Names
    company_name: Names
    codice_fiscale: Names
    partita_iva: Names
    phone: Names
    email: Names
    status: Names


class Kinds(Strict):
    person: Names
    company: Names


class Statuses(Strict):
    active: Names
    closed: Names


class ImportMapping(Strict):
    columns: Columns
    kinds: Kinds
    statuses: Statuses


ExportField = Literal[
    "customer_code",
    "user_id",
    "phone",
    "language",
    "status",
    "registered_on",
    "last_login_on",
    "documents",
    "account_id",
    "email_status",
]
EXPORT_COLUMNS: dict[str, ExportField] = {
    "COD_CLIENTE": "customer_code",
    "USER_ID": "user_id",
    "TELEFONO": "phone",
    "LINGUA": "language",
    "STATO": "status",
    "REGISTRATO_IL": "registered_on",
    "ULTIMO_ACCESSO": "last_login_on",
    "DOCUMENTI": "documents",
}


class ExportMapping(Strict):
    """The columns of the file for the CRM, in their order: a title for each, and which of our fields it has."""

    columns: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S")], ExportField], Field(min_length=1)
    ] = EXPORT_COLUMNS

    @field_validator("columns")
    @classmethod
    def _say_whose_row_it_is(cls, columns: dict[str, ExportField]) -> dict[str, ExportField]:
        if "customer_code" not in columns.values():
            raise ValueError("a column with customer_code is needed")
        return columns


class SupplierEntry(Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")]
    name: Texts
    languages: Annotated[list[Language], Field(min_length=1)]
    code_label: Texts
    code_pattern: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(safe_pattern)]
    code_hint: Texts
    code_picture: Annotated[str, Field(pattern=r"^([A-Za-z0-9_-]+\.(png|jpg|svg|webp))?$")] = ""
    links: Links
    mail: Mail = Mail()
    issues_activation_codes: bool = False
    documents: Annotated[list[Document], Field(max_length=10)] = []
    mapping: Annotated[ImportMapping, Field(alias="import")]
    export: ExportMapping = ExportMapping()

    @model_validator(mode="after")
    def _every_language_is_there(self) -> Self:
        if "it" not in self.languages:
            raise ValueError("languages: it is always needed")
        if len(set(self.languages)) != len(self.languages):
            raise ValueError("languages: one is named twice")
        ids = [document.id for document in self.documents]
        if len(set(ids)) != len(ids):
            raise ValueError("documents: one id is used twice")
        for place, texts in self.texts().items():
            missing = [language for language in self.languages if language not in texts]
            if missing:
                raise ValueError(f"{place}: the text in {' and '.join(missing)} is missing")
        return self

    def texts(self) -> dict[str, dict[Language, str]]:
        """Return every text of this supplier, by its key in the file and its language."""
        links = {f"links.{name}": getattr(self.links, name) for name in Links.model_fields}
        documents = {
            f"documents.{document.id}.{name}": texts
            for document in self.documents
            for name, texts in (("title", document.title), ("url", document.url))
        }
        return {"name": self.name, "code_label": self.code_label, "code_hint": self.code_hint, **links, **documents}


class SuppliersFile(Strict):
    suppliers: Annotated[list[SupplierEntry], Field(min_length=1)]
