"""Substitutions in passwords: signs instead of letters (`R0$$1`), and how to find the words that they spell."""

from collections.abc import Collection

# 1, ! and | can be an i or an l, so all five become one character first; `_tells_i_from_l` separates them again.
_BLUR = str.maketrans("4@3€05$78il!|", "aaeeosstb1111")


def alphanumeric(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(filter(str.isalnum, text))


def with_signs(text: str) -> str:
    """Return the letters, the digits and the signs that can replace a letter."""
    return "".join(character for character in text if character.isalnum() or ord(character) in _BLUR)


def blurred(text: str) -> str:
    """Return a text of the same length, in which all characters that can be the same letter are equal."""
    return text.translate(_BLUR)


def contains(text: str, word: str) -> bool:
    """Tell whether the text contains the word, perhaps with substitutions. An i is not an l, but a 1 can be either."""
    wanted, searched = blurred(word), blurred(text)
    at = searched.find(wanted)
    while at >= 0:
        if _tells_i_from_l(word, text[at : at + len(word)]):
            return True
        at = searched.find(wanted, at + 1)
    return False


def consists_of(words: Collection[str], text: str) -> bool:
    """Tell whether the text has letters and all of them belong to the words; digits and signs may stand between."""
    if not any(map(str.isalpha, text)):
        return False
    wanted = [(word, blurred(word)) for word in words]
    searched, reached = blurred(text), {0}
    for at, character in enumerate(text):
        if at not in reached:
            continue
        if not character.isalpha():
            reached.add(at + 1)
        for word, blur in wanted:
            if searched.startswith(blur, at) and _tells_i_from_l(word, text[at : at + len(word)]):
                reached.add(at + len(word))
    return len(text) in reached


def _tells_i_from_l(word: str, text: str) -> bool:
    return all({a, b} != {"i", "l"} for a, b in zip(word, text, strict=True))
