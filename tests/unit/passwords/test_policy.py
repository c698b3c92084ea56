import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.customers.record import Customer
from utenza.passwords import policy
from utenza.passwords.cost import Cost
from utenza.passwords.hashing import Hasher
from utenza.passwords.personal_data import PersonalData
from utenza.passwords.policy import COMMON_PASSWORDS, ROWS, check, folded, is_common

NOBODY = PersonalData(anywhere=(), everyday=(), marked=())
MARIO = PersonalData.of(
    Customer("gas", "0123456789", "person", first_name="Mario", last_name="Rossi", codice_fiscale="RSSMRA80A01H501U"),
    user_id="mario@example.org",
    phone="",
    supplier_names=("unogas", "UNOGAS Energia"),
)
LIST = Path(COMMON_PASSWORDS).read_text(encoding="utf-8").split("\n")[1:-1]
LISTED = frozenset(LIST)


def faults(password: str, minimum: int = 8) -> list[str]:
    return check(password, minimum=minimum, personal_data=NOBODY)


@pytest.mark.parametrize(
    "password",
    [
        "quattro trote blu",
        "  due blanks  ",
        "Ψυχή-και-νους",
        "密码是猫和狗和鱼儿",
        "🦊🐢🌵🍋🎈🚲🧦🪁",
        "xk3-Vqpt9w",
        "condominio-giallo-4",
        "il treno delle 7:42",
    ],
)
def test_blanks_and_all_scripts_are_accepted(password: str) -> None:
    assert faults(password) == []


@pytest.mark.parametrize("minimum", [6, 8, 12, 64])
def test_the_minimum_length_is_a_parameter(minimum: int) -> None:
    long = "vqkzwmxjrtphgdbnfl" * 4
    assert faults(long[:minimum], minimum) == []
    assert faults(long[: minimum - 1], minimum) == ["password_too_short"]


@pytest.mark.parametrize("minimum", [5, 65])
def test_a_minimum_out_of_bounds_is_an_error(minimum: int) -> None:
    with pytest.raises(ValueError, match="6 to 64"):
        faults("quattro trote blu", minimum)


def test_length_is_counted_in_composed_characters() -> None:
    assert faults("e\u0301q\u0300u\u0300zxo\u0300") == ["password_too_short"]
    assert faults("🦊🐢🌵🍋🎈🚲🧦") == ["password_too_short"]


def test_256_characters_are_the_maximum() -> None:
    phrase = "quattro trote blu nuotano a monte " * 9
    assert faults(phrase[:256]) == []
    assert faults(phrase[:257]) == ["too_long"]
    assert faults(("e\u0301" + phrase)[:257]) == []


@pytest.mark.parametrize(
    "password",
    [
        *("password", "12345678", "qwerty123", "iloveyou"),
        *("juventus", "forzanapoli", "ciaociao", "amoremio", "francesca1", "giuseppe1985", "ciao1234", "energia2024"),
        *("JUVENTUS", "ForzaNapoli", "Password1", "PASSWORD123"),
    ],
)
def test_common_passwords_are_refused_in_any_case(password: str) -> None:
    assert faults(password) == ["password_too_common"]


@pytest.mark.parametrize(
    "password",
    [
        *("aaaaaaaaa", "        ", "€€€€€€€€€", "猫猫猫猫猫猫猫猫"),
        *("123456789012", "9876543210987", "abcdefghijkl", "zyxwvutsrq", "αβγδεζηθικ", "aabbccddeeff"),
        *("qwertyuiopoiuy", "poiuytrewq", "ASDFGHJKL", "1qaz2wsx3edc", "abcde12345", "qwertasdfg"),
        *("abcabcabcab", "xyxyxyxyxyx", "k7k7k7k7k7", "ciaociaociaociao", "passwordpasswordpassword"),
    ],
)
def test_sequences_and_repetitions_are_refused_in_any_length(password: str) -> None:
    assert "password_too_common" in faults(password)


EMOJI = [chr(point) for point in (*range(0x1F600, 0x1F650), *range(0x1F400, 0x1F440))]
COMPOSED_EMOJI = [
    "👍🏽",
    "❤\ufe0f",
    "👨\u200d👩\u200d👧\u200d👦",
    "👩🏽\u200d🦰",
    "🏴\U000e0067\U000e0062\U000e007f",
    "🇮🇹",
]
CHINESE = [chr(point) for point in range(0x4E00, 0x4E80)]


@given(st.lists(st.sampled_from(EMOJI), unique=True, min_size=8) | st.permutations(CHINESE[:9]))
def test_different_emoji_and_chinese_characters_are_no_sequence(characters: list[str]) -> None:
    assert faults("".join(characters)) == []


@pytest.mark.parametrize("characters", [EMOJI[:12], CHINESE[:12], EMOJI[11::-1], CHINESE[11::-1]])
def test_neighbouring_code_points_outside_of_alphabets_are_no_sequence(characters: list[str]) -> None:
    assert faults("".join(characters)) == []


@pytest.mark.parametrize(
    "password", ["../../etc/hosts", "../../../../etc", "./a/../b/./c", "()*+,-./:;<=", "[\\]^_`{|}~"]
)
def test_signs_that_are_neighbours_in_ascii_are_no_sequence(password: str) -> None:
    assert faults(password) == []


def test_a_sequence_is_one_of_letters_or_digits() -> None:
    assert all(row.isalnum() for row in ROWS)


@given(st.sampled_from(ROWS), st.data())
def test_every_run_along_an_alphabet_or_a_row_of_keys_is_a_sequence(row: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(row) - 4))
    run = row[start : data.draw(st.integers(start + 4, len(row)))]
    for text in (run, run[::-1], run.upper()):
        assert is_common(text)


@given(st.sampled_from([*EMOJI, *COMPOSED_EMOJI]), st.integers(2, 9))
def test_one_emoji_repeated_is_a_repetition_however_many_code_points_it_has(emoji: str, times: int) -> None:
    assert is_common(emoji * times)


def test_a_repeated_phrase_of_emoji_is_judged_by_the_phrase() -> None:
    assert faults("🦊🐢🌵🍋🎈" * 2) == []
    assert faults("🦊🐢🌵🍋" * 2) == ["password_too_common"]
    assert faults("🦊🦊🦊🦊🦊🦊🦊🐢" * 2) == ["password_too_common"]


def full_width(text: str) -> str:
    return text.translate({point: point + 0xFEE0 for point in range(0x21, 0x7F)})


@given(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=12)
    | st.sampled_from(LIST).filter(str.isascii)
)
def test_full_width_letters_are_judged_like_the_plain_ones(text: str) -> None:
    assert is_common(full_width(text)) == is_common(text)


@pytest.mark.parametrize("password", [*map(full_width, ["12345678", "password", "JUVENTUS"]), "١٢٣٤٥٦٧٨", "①②③④⑤⑥⑦⑧"])
def test_listed_passwords_are_refused_in_other_forms_of_their_letters(password: str) -> None:
    assert faults(password) == ["password_too_common"]


@pytest.mark.parametrize("password", [*map(full_width, ["quattro trote", "xk3-vqpt9", "AB-trote-7"])])
def test_a_phrase_in_full_width_letters_is_accepted(password: str) -> None:
    assert faults(password) == []


@given(st.sampled_from(LIST))
def test_every_listed_password_is_common_in_upper_and_lower_case(word: str) -> None:
    assert is_common(word)
    assert is_common(word.upper()) or folded(word.upper()) != word  # ŉ has no capital of its own


@given(st.sampled_from(LIST) | st.text(max_size=12), st.text(max_size=1))
def test_a_text_is_listed_if_it_is_a_line_of_the_list(text: str, more: str) -> None:
    assert policy._is_listed(text + more) == (text + more in LISTED)  # noqa: SLF001 - the other rules aside


def test_a_part_of_a_listed_password_or_two_of_them_are_not_listed() -> None:
    assert "francesca" in LIST
    assert not is_common("francesca e")
    following = LIST[LIST.index("francesca") + 1]
    assert not is_common(f"francesca\n{following}")
    assert not is_common("\n")


def test_every_fault_is_reported_at_once() -> None:
    assert check("rossi", minimum=8, personal_data=MARIO) == ["password_too_short", "password_traceable"]
    assert check("energia2024", minimum=8, personal_data=MARIO) == ["password_too_common", "password_traceable"]
    assert check("quattro trote blu", minimum=8, personal_data=MARIO) == []


def test_a_lone_surrogate_has_its_own_code() -> None:
    assert faults("quattro trote \udcff") == ["invalid_characters"]


@given(st.text(st.characters(exclude_categories=()), min_size=6, max_size=12))
def test_every_accepted_password_can_be_hashed(password: str) -> None:
    if not faults(password, 6):
        hasher = Hasher(Cost(8, 1, 1))
        assert hasher.verify(hasher.hash(password), password)


@given(st.text(max_size=300))
def test_any_text_can_be_checked(password: str) -> None:
    codes = set(check(password, minimum=8, personal_data=MARIO))
    assert codes <= {
        "too_long",
        "password_too_short",
        "password_too_common",
        "password_traceable",
        "invalid_characters",
    }


def test_the_longest_password_is_checked_quickly() -> None:
    faults("warm")
    started = time.process_time()
    for password in ("ab" * 127 + "cd", "1l!i" * 64, "\u00fc1" * 128, "x" * 255 + "y"):
        check(password, minimum=8, personal_data=MARIO)
    assert time.process_time() - started < 0.2
