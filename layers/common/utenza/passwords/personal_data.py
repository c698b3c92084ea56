"""Personal data in passwords and security answers: whoever has a bill must not be able to guess them.

Personal data is found in any case, with or without accents, apostrophes and separators, backwards, and with the usual
substitutions (`R0$$1`). Words of four letters and more are found everywhere, also inside a longer word: to refuse
`superanna` to an Anna, `capanna` is refused too. Shorter and everyday words (Lia, Po, info) are found only if the rest
is digits and signs: `Lia12345` is refused to Lia, `italiano-verde-77` is not.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from unicodedata import normalize

from utenza.customers.folding import APOSTROPHES, fold, spellings
from utenza.customers.record import Customer
from utenza.identifiers import codice_fiscale
from utenza.passwords import birth_dates, substitutions

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST_WORD = 4
_SHORTEST_RUN = 6

# Words that are part of many names. Strings of words are easier to read and to extend than tuples.
PARTICLES = frozenset(
    "dal dall dalla dalle dallo degl degli dei del dell della delle dello nell nella sant santa santo "  # noqa: SIM905
    "van von der den con per eredi".split()
)
LEGAL_FORMS = frozenset(
    "azioni consortile cooperativa coop limitata responsabilita semplice semplificata societa srls "  # noqa: SIM905
    "unipersonale figli fratelli flli viale piazza corso largo strada".split()
)
MAILBOXES = frozenset(
    "info mail email posta ufficio segreteria amministrazione contabilita contatti admin".split()  # noqa: SIM905
)
_PROVIDERS = frozenset(
    "alice aruba email fastwebnet gmail gmx googlemail hotmail icloud inwind iol legalmail libero live "  # noqa: SIM905
    "mail mailbox outlook pec poste postecert proton protonmail supereva teletu tim tin tiscali "
    "tiscalinet virgilio vodafone wind windtre yahoo ymail".split()
)

_APOSTROPHES_TO_BLANKS = dict.fromkeys(map(ord, APOSTROPHES), " ")


class PersonalData:
    """The personal data of one customer: what the bill shows, what they have typed, and the names of their supplier.

    Contacts that only the CRM knows are not among them. Whoever holds a bill could otherwise find out an address or a
    number, by trying passwords with parts of it.

    `anywhere` are words and codes that no password may contain. `everyday` are words of which it must not consist.
    `marked` are dates in the form of `birth_dates.marked`.
    """

    __slots__ = ("_anywhere", "_blurred", "_everyday", "_marked")

    def __init__(self, anywhere: Collection[str], everyday: Collection[str], marked: Collection[str]) -> None:
        self._anywhere = frozenset(anywhere)
        self._everyday = frozenset(everyday)
        self._marked = frozenset(marked)
        # Codes of four or five characters are not searched with substitutions: as letters they are parts of words.
        self._blurred = tuple(
            (substitutions.blurred(word), word)
            for word in self._anywhere
            if word.isalpha() or len(word) >= _SHORTEST_RUN
        )

    def __repr__(self) -> str:
        return "PersonalData(…)"

    @classmethod
    def of(cls, customer: Customer, *, user_id: str, phone: str, supplier_names: Sequence[str]) -> "PersonalData":
        """Collect names and codes of a record, user id and phone as its customer gave them, and the supplier's names.

        Clear a tax code of the record that the caller need not know.
        """
        sources = tuple(_sources(customer, user_id, supplier_names))
        words = {spelling for found, _ in sources for word in found for spelling in spellings(word)}
        specific = {spelling for found, generic in sources for word in found - generic for spelling in spellings(word)}
        anywhere = set(filter(_is_long, specific))
        codes = (customer.code, customer.codice_fiscale, customer.partita_iva, phone)
        born = birth_dates.writings(*date) if (date := codice_fiscale.birth_date(customer.codice_fiscale)) else None
        return cls(
            anywhere={
                *anywhere,
                *(run for code in codes for run in _runs(code)),
                *_parts_of_tax_code(customer.codice_fiscale),
                *(born.digits if born else ()),
            },
            everyday={word for word in words - anywhere if len(word) > 1 and word.isalpha()},
            marked=born.marked if born else (),
        )

    def found_in(self, text: str) -> bool:
        """Tell whether the text contains personal data; this takes well under a millisecond for usual lengths."""
        spelled = spellings(fold(normalize("NFKC", text)))
        if not spelled:
            return False
        # Every ü as u, every ü as ue; of equally long ones the first and the last of the alphabet.
        ordered = sorted(spelled, key=lambda spelling: (len(spelling), spelling))
        readings = {ordered[0], ordered[-1]}
        return any(self._in(reading) or self._in(reading[::-1]) for reading in readings)

    def _in(self, text: str) -> bool:
        plain, signed = substitutions.alphanumeric(text), substitutions.with_signs(text)
        blurred, dated = substitutions.blurred(signed), birth_dates.marked(text)
        return (
            any(word in plain for word in self._anywhere)
            or any(blur in blurred and substitutions.contains(signed, word) for blur, word in self._blurred)
            or any(date in dated for date in self._marked)
            or substitutions.consists_of(self._everyday, plain)
            or substitutions.consists_of(self._everyday, signed)
        )


def _sources(
    customer: Customer, user_id: str, supplier_names: Sequence[str]
) -> Iterator[tuple[set[str], frozenset[str]]]:
    """Yield the words of every name and of the user id, each with the generic ones, which many others have too."""
    first, last, company = customer.first_name, customer.last_name, customer.company_name
    yield {_joined(name) for name in (first, last, first + last, last + first, company)}, frozenset()
    yield {*_words(first), *_words(last)}, PARTICLES
    yield set(_words(company)), PARTICLES | LEGAL_FORMS
    for name in supplier_names:
        yield {_joined(name), *_words(name)}, PARTICLES
    local, _, domain = user_id.rpartition("@")
    yield {_joined(user_id), _joined(local), *_words(local), *_LETTERS.findall(fold(local))}, MAILBOXES
    labels = fold(domain).split(".")[:-1]
    provided = not _PROVIDERS.isdisjoint(labels[-1:])
    yield {*map(_joined, labels), *_words(domain.rpartition(".")[0])}, frozenset(labels) if provided else frozenset()


def _words(name: str) -> Iterator[str]:
    """Yield the folded words of a name, both with apostrophes inside a word and between words (dangelo, angelo)."""
    yield from _WORD.findall(fold(name))
    yield from _WORD.findall(fold(name.translate(_APOSTROPHES_TO_BLANKS)))


def _joined(name: str) -> str:
    return "".join(_WORD.findall(fold(name)))


def _is_long(word: str) -> bool:
    return len(word) >= (_SHORTEST_RUN if word.isdecimal() else _SHORTEST_WORD)


def _runs(code: str) -> Iterator[str]:
    """Yield every run of six characters of a code, or the whole code without leading zeros if that is shorter."""
    compact = substitutions.alphanumeric(fold(code))
    significant = compact.lstrip("0")
    if _SHORTEST_WORD <= len(significant) < _SHORTEST_RUN:
        yield significant
    for start in range(len(compact) - _SHORTEST_RUN + 1):
        run = compact[start : start + _SHORTEST_RUN]
        if len(set(run)) > 1:
            yield run


def _parts_of_tax_code(code: str) -> tuple[str, ...]:
    """Return date and place of birth in the form of a codice fiscale; its other parts are runs of six."""
    return (code[6:11].lower(), code[11:15].lower()) if len(code) == 16 else ()
