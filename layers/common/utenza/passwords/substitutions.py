"""Words disguised in passwords, and how to read them all the same: signs for letters, signs between letters."""

from collections.abc import Collection

# 1, ! and | may be an i or an l: all five are one character until looked at closely.
_BLUR = str.maketrans("4@3€05$78il!|", "aaeeosstb1111")


def alphanumeric(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(filter(str.isalnum, text))


def with_signs(text: str) -> str:
    """Return the letters, the digits and the signs that may stand for a letter."""
    return "".join(character for character in text if character.isalnum() or ord(character) in _BLUR)


def blurred(text: str) -> str:
    """Return a text of the same length in which what may be the same letter is the same character."""
    return text.translate(_BLUR)


def stands_in(word: str, text: str) -> bool:
    """Tell whether the word can be read anywhere in the text: an i is no l, though a 1 may be either."""
    wanted, hay = blurred(word), blurred(text)
    at = hay.find(wanted)
    while at >= 0:
        if _tells_i_from_l(word, text[at : at + len(word)]):
            return True
        at = hay.find(wanted, at + 1)
    return False


def consists_of(words: Collection[str], text: str) -> bool:
    """Tell whether every letter of the text belongs to one of the words, and there is one; digits do not matter."""
    if not any(map(str.isalpha, text)):
        return False
    wanted = [(word, blurred(word)) for word in words]
    hay, reached = blurred(text), {0}
    for at, character in enumerate(text):
        if at not in reached:
            continue
        if not character.isalpha():
            reached.add(at + 1)
        for word, blur in wanted:
            if hay.startswith(blur, at) and _tells_i_from_l(word, text[at : at + len(word)]):
                reached.add(at + len(word))
    return len(text) in reached


def _tells_i_from_l(word: str, text: str) -> bool:
    return all({a, b} != {"i", "l"} for a, b in zip(word, text, strict=True))
