"""A tax code as bills print it, COD.FISC/P.IVA: a codice fiscale or a partita IVA.

Eleven digits may be either. They do not tell whether the customer is a person or a company: the record decides.

>>> validate("IT00743110157"), validate("rssmra85t10a562s")
('00743110157', 'RSSMRA85T10A562S')
"""

import re
from typing import Annotated

from pydantic import AfterValidator

from utenza.errors import InvalidValue
from utenza.identifiers import codice_fiscale
from utenza.identifiers.separators import Identifier

_WITH_PREFIX = (13, 18)  # characters: no code is as long
_LENGTHS = (11, 16, *_WITH_PREFIX)
# What bills print before the code, and people copy along with it; what follows is as long as a code.
_LABEL = re.compile(r"(?:(?:COD(?:ICE)?FISC(?:ALE)?|CF|P(?:ART(?:ITA)?)?IVA|VAT|STEUERNUMMER)[/:]*)+")


def compact(text: str) -> str:
    """Return the code without separators, in upper case, and without the label of the bill and the prefix IT."""
    code = codice_fiscale.compact(text)
    label = _LABEL.match(code)
    if label and len(code) - label.end() in _LENGTHS:
        code = code[label.end() :]
    return code.removeprefix("IT") if len(code) in _WITH_PREFIX else code


def validate(text: str) -> str:
    """Return 16 upper-case characters or 11 digits; raise InvalidValue("invalid_tax_code") if they are not a code."""
    code = compact(text)
    if not codice_fiscale.is_valid(code):
        raise InvalidValue("invalid_tax_code")
    return code


def is_valid(text: str) -> bool:
    return codice_fiscale.is_valid(compact(text))


TaxCode = Annotated[Identifier, AfterValidator(validate)]
