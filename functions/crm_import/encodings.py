"""Finds out in which encoding an export is, and doubts what a wrong one would make of its names.

UTF-8 and UTF-16 tell themselves. Every other file can be read as Windows-1252, also one in the code page of DOS, of
Eastern Europe or of an old Mac: NICOLÒ is then NICOLã or NICOLñ. Names of Italy and its neighbours show which it was.
"""

import codecs
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from crm_import.messages import Message

LABELS: Final = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp850": "CP850",
    "cp852": "CP852",
    "mac_roman": "Mac Roman",
}
"""The codecs that `--encoding` takes, and their names for people."""

_BOM: Final = b"\xef\xbb\xbf"
_OTHERS: Final = ("cp850", "mac_roman", "cp1250", "cp852")  # which are taken for Windows-1252
_BLOCK: Final = 1 << 20  # bytes

# The letters of Italian, German, Slovene, Croatian, French and Spanish names that are not ASCII.
_WITHOUT_CAPITAL: Final = frozenset("ßŉſ")
_USUAL: Final = frozenset("ÀÁÂÄÆÇÈÉÊËÌÍÎÏÑÒÓÔÖŒÙÚÛÜŸČĆĐŠŽ") | _WITHOUT_CAPITAL
_WORD: Final = re.compile(r"[^\W\d_ªº]+")
_LETTER: Final = "[^\\W\\d_]"
_CONSONANT: Final = "[bcdfghjklmnpqrstvwxz]"
# Signs that a wrong code page puts into words. Degrees, ordinals, trademarks and apostrophes do stand beside letters.
_NEVER: Final = "†‡ˆ˜•ƒ¤¦§¬¯±²³µ¶¸¹¼½¾÷×\x80-\x9f"  # noqa: RUF001 - meant
_SIGN: Final = re.compile(
    "|".join(
        (
            f"(?<={_LETTER})(?:[{_NEVER}€£¥¢‚„¨¿]|·(?!{_LETTER})|[…™®©](?={_LETTER}))|[{_NEVER}](?={_LETTER})",  # noqa: RUF001
            f"(?<!\\w)[®©´‰ªº](?={_LETTER})|(?<={_LETTER})[ªº](?={_LETTER})",  # ®AGAR, ªahin  # noqa: RUF001
            "(?<=[AEIOUaeiou])‘(?=[a-z])",  # noqa: RUF001 - Noël
            f"(?<={_LETTER})(?:[—‰‹](?!{_LETTER})|(?<=[a-z])[–—‰‹“”](?=[a-z]))",  # Cant—  # noqa: RUF001
            "(?<=[b-df-hj-np-tv-xz])…(?! ?$)",  # Citt… di
            r"(?<=\d)[¡¦§¬¯¿]|[¤¨¦¬]",  # 1¡
        )
    )
)
_OPENED: Final = {"“": "„", "”": "“"}  # „PERLE“ and “PERLA”, but not Forl“
# Letters where no name has them, in lower case. In old code pages a č is an è, ć æ, ä and ö ž or š, ß á, and ë ó.
_MISPLACED: Final = re.compile(
    "|".join(
        (
            # A grave accent is on the last letter of Italian words, and before a consonant in French ones.
            "^[àèìòù](?=.)|[àèòù](?=[aeiou])|ì(?=[eiou]|a.)",
            "(?<=[^o])[âêîôûëï]$|(?<!^[zn]o)ë$|^[ëï]",  # Zoë
            f"è(?!gue|que)(?={_CONSONANT}{{1,3}}[aiou])|ô(?![lmnpt])|(?<=[dg])ô(?=[ln]e)|chôle",  # Peènik, RIVIÔRE
            "(?<=[bcdfghjklmnpqrstvwxzčšž]i)(?<=...)è$|(?<=a)è$",  # Babiè, Kovaè
            "[æœ]$|^æ|(?<=[^a-z])æ",  # Æosiæ, Mušæet
            f"(?<=[bcfghjkmpqstwxz])ž|^(?<!.){_CONSONANT}(?P<second>[čšž])(?={_CONSONANT})",  # Jžger
            f"^ž(?={_CONSONANT}{{2}})|(?<=dd|nn)ž|ž(?=u[ei])|(?<=l)ž(?={_CONSONANT})",  # Žnne, BRŽUER
            f"(?<=[bcdfghjkmpqstwxz])š(?={_CONSONANT})|(?<=[lr])š(?=ll|tt|ss|sch|st|gl|h|d)",  # Schšn, Fršhlich
            "(?<=ei|au|eu|ie)á|(?<=[aeiouäöü])á$|uá(?=[bgkpw])",  # Weiá
            "(?<=o)ó|ñ$",  # Noó, Pñ
        )
    )
)
_NO_MISTAKE: Final = frozenset(("aimèe", "andrèe", "desirèe", "dèsirèe", "renèe"))  # as Italians write them
_PORTUGUESE: Final = re.compile("ão|ãe|õe")


def encoding_of(path: Path) -> str:
    """Return the codec that a file tells by its first bytes or by being UTF-8, else cp1252."""
    with path.open("rb") as file:
        start = file.read(len(_BOM))
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start == _BOM:
            return "utf-8-sig"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def lower_among_capitals(text: str) -> str:
    """Return the first lower-case letter, not ASCII, in a word of capitals, as in NICOLã; "" if there is none."""
    if text.isascii():
        return ""
    return next((letter for word in _WORD.findall(text) for letter in _lower_among_capitals(word)), "")


def doubtful(text: str) -> str:
    """Return the first letter or sign that hardly belongs into a name as this text has it, "" if there is none."""
    if text.isascii():
        return ""
    sign = _SIGN.search(text)
    if sign:
        return sign[0]
    for at, mark in enumerate(text):
        if mark in _OPENED and text[at - 1 : at].isalpha() and _OPENED[mark] not in text[:at]:
            return mark
    return next((letter for word in _WORD.findall(text) if not word.isascii() for letter in _doubtful(word)), "")


class Doubts:
    """Collects what makes it doubtful that a file, read as Windows-1252, is in that encoding."""

    def __init__(self) -> None:
        self._first: tuple[int, str] | None = None
        self._others = list(_OTHERS)

    def look_at(self, number: int, line: str) -> None:
        if line.isascii():
            return
        letter = doubtful(line)
        if letter and self._first is None:
            self._first = number, letter
        self._others = [each for each in self._others if not doubtful(_reread(line, each))]

    @property
    def message(self) -> Message | None:
        """One line that asks for another encoding, without any name of a customer; None without doubts."""
        if self._first is None:
            return None
        number, letter = self._first
        choices = [f"--encoding {each}" for each in (*self._suggested(letter), "cp1252")]
        return Message(
            f'line {number} has "{letter}" where no name has it, as if it were in another encoding: '
            f"add {' or '.join(choices)}",
            f'la riga {number} contiene "{letter}" dove nessun nome lo ha, come se fosse in un\'altra codifica: '
            f"salvarlo come UTF-8, oppure importarlo con make import e {' oppure '.join(choices)}",
        )

    def _suggested(self, letter: str) -> Iterable[str]:
        """Return the best other encoding that makes another letter, an ordinary one, of the doubtful one."""
        return [each for each in self._others if _reread(letter, each).isalpha()][:1]


def _reread(text: str, encoding: str) -> str:
    return text.encode("cp1252", errors="surrogateescape").decode(encoding, errors="replace")


def _lower_among_capitals(word: str) -> list[str]:
    ascii_letters = [letter for letter in word if letter.isascii()]
    if len(ascii_letters) < 2 or not all(map(str.isupper, ascii_letters)):
        return []
    return [letter for letter in word if letter.islower() and letter not in _WITHOUT_CAPITAL]


def _doubtful(word: str) -> list[str]:
    is_mixed = any(letter.isascii() and letter.islower() for letter in word)
    found = _lower_among_capitals(word)
    strange = _PORTUGUESE.sub("", word.lower())
    found += [letter for letter in strange if not letter.isascii() and not _USUAL & {letter, letter.upper()}]
    found += [letter for letter in word[1:] if is_mixed and not letter.isascii() and letter.isupper()]
    misplaced = _MISPLACED.search(word.lower())
    if misplaced and word.lower() not in _NO_MISTAKE:
        found.append(word[misplaced.end() - 1])
    return found
