import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.customers.record import Customer
from utenza.passwords.personal_data import PersonalData

MARIO = Customer(
    "unogas-energia",
    "0093058369",
    "person",
    first_name="Mario Nicolò",
    last_name="D’Angelo",  # noqa: RUF001 - as bills print it
    codice_fiscale="DNGMNC80C05H501S",
    phone="+393287654321",
    email="m.dangelo77@tramonto-impianti.it",
)
LIA = Customer("unogas-energia", "97357219", "person", first_name="Lia", last_name="Po")
COMPANY = Customer(
    "unogas-gas-e-luce",
    "AB12345",
    "company",
    company_name="TERMO MÜLLER & FIGLI S.R.L. UNIPERSONALE",
    codice_fiscale="35864700204",
    partita_iva="07414220017",
)
# Letters and signs that are personal data of none of the customers above.
HARMLESS = st.text("bfhvwxyz -.,", max_size=12)


def of(customer: Customer, user_id: str = "quarzo@gmail.com", phone: str = "") -> PersonalData:
    return PersonalData.of(customer, user_id=user_id, phone=phone, supplier_names=("unogas-energia", "UNOGAS Energia"))


MARIOS_DATA = of(MARIO, "m.cavallo77@tramonto-zoppo.it", "+43512987654")


@pytest.mark.parametrize(
    "text",
    [
        *("mario", "MARIO2024!", "superMarione", "m a r i o", "M-A.R/I_O", "Ｍａｒｉｏ", "m\u00e0ri\u00f2"),  # noqa: RUF001
        *("Nicolo'", "nicolò!", "NICOLO\u0300", "mario nicolò"),
        *("dangelo", "D'Angelo", "d\u2019angelo", "Angelo-mio-7", "angelodario"),
        *("oiraM", "ol0c1n&x", "OLEGNAD", "olegna"),
        *("m4r10-x", "M@R1O", "mar!o", "n|c0l0", "D4ng3l0", "d@ng€lo", "MAR|0", "m4ri0!!!"),
        *("0093058369", "93058369", "x930583y", "93-05-83", "963850", "9E0SB3"),
        *(
            "DNGMNC80C05H501S",
            "dngmnc",
            "DNG MNC 80",
            "80C05",
            "h501",
            "05H501",
            "c05h50",
            "S105H50C08CNMGND",
            "DN6MNC8OCO",
        ),
        *("+43512987654", "0512 987654", "51.29.87"),
        *("m.cavallo77@tramonto-zoppo.it", "tramonto", "zoppo7", "tramontozoppo", "mcavallo77", "Z0PP0"),
        *("unogas", "UnoGas-2024", "energia", "un0g45", "sagonu"),
    ],
)
def test_personal_data_is_found_with_any_substitutions(text: str) -> None:
    assert MARIOS_DATA.found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "quattro trote blu", "marmo-verde-12", "xk3-Vqpt9w", "condominio", "93058", "28765", "libero il cielo"),
        *(
            "dnnmnc",
            "h502",
            "il mare d'inverno",
            "angoli e archi",
            "due 50 tre 80",
            "1980",
            "0503",
            "20240611",
            "¯\\_(ツ)_/¯",
        ),
    ],
)
def test_other_texts_are_not_personal_data(text: str) -> None:
    assert not MARIOS_DATA.found_in(text)


@pytest.mark.parametrize("text", ["tramonto", "impianti7", "3287654321", "765432", "+39 328 765"])
def test_contacts_that_only_the_crm_knows_are_not_found(text: str) -> None:
    assert not of(MARIO).found_in(text)
    assert of(MARIO, MARIO.email, MARIO.phone).found_in(text)


@given(before=HARMLESS, after=HARMLESS, word=st.sampled_from(["mario", "dangelo", "93058369", "dngmnc", "unogas"]))
def test_personal_data_is_found_anywhere_in_a_text(before: str, after: str, word: str) -> None:
    assert not MARIOS_DATA.found_in(before)
    assert MARIOS_DATA.found_in(before + word + after)
    assert MARIOS_DATA.found_in((before + word + after)[::-1].upper())


@given(st.data())
def test_a_name_is_found_with_any_mixture_of_substitutions(data: st.DataObject) -> None:
    signs = {"a": "aA4@", "i": "iI1!|", "o": "oO0", "e": "eE3", "l": "lL1!|"}
    for word in ("mario", "nicolo", "dangelo"):
        assert MARIOS_DATA.found_in("".join(data.draw(st.sampled_from(signs.get(letter, letter))) for letter in word))


@given(st.sampled_from(["mario", "dangelo", "nicolo"]), st.sampled_from([" ", "-", ".", "_", "'", "\u00a0", "*"]))
def test_separators_between_letters_do_not_hide_a_name(word: str, separator: str) -> None:
    assert MARIOS_DATA.found_in(separator.join(word))


def test_an_i_is_not_an_l_but_a_one_is_either() -> None:
    carlo = of(Customer("x", "1", "person", first_name="Carlo"))
    assert carlo.found_in("car1o")
    assert carlo.found_in("car!o")
    assert not carlo.found_in("carioca")
    assert not carlo.found_in("carioca1")


@pytest.mark.parametrize(
    "text", ["Lia12345", "LIAPO2024!", "po-lia", "L1A", "l.i.a", "1l!a77", "aiL99", "PoPoPo", "lia"]
)
def test_a_short_name_is_found_if_the_rest_is_digits_and_signs(text: str) -> None:
    assert of(LIA).found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        *("italiano-verde-77", "magliaia", "porto-e-rapa", "lia va al mare", "poeta 12", "10203040", "1!1!1!1!"),
        *("97357", "gmail e vento", "information"),
    ],
)
def test_a_short_name_is_not_found_inside_other_words(text: str) -> None:
    assert not of(LIA).found_in(text)


@pytest.mark.parametrize("text", ["gmail2024", "Info1234", "info@gmail.com", "infogmail", "97357219"])
def test_everyday_words_of_an_address_are_found_only_alone(text: str) -> None:
    assert of(LIA, "info@gmail.com").found_in(text)


@pytest.mark.parametrize("name", ["Santa", "Libero", "Alice", "Piazza"])
def test_a_name_that_is_also_an_everyday_word_is_found(name: str) -> None:
    assert of(Customer("x", "1", "person", first_name=name)).found_in(f"viva-{name.lower()}-forever")


def test_particles_of_a_name_are_not_found_inside_other_words() -> None:
    della = of(Customer("x", "1", "person", last_name="DELLA VALLE"))
    assert della.found_in("vallegrande")
    assert della.found_in("Della1234")
    assert not della.found_in("il bordo della luna")


@pytest.mark.parametrize(
    "text",
    [
        "termo7",
        "Mueller!",
        "muller",
        "MÜLLER",
        "r3llum",
        "07414220017",
        "741422",
        "864700",
        "AB12345",
        "b12345",
        "Unipersonale 2024",
    ],
)
def test_the_words_and_numbers_of_a_company_are_found(text: str) -> None:
    assert of(COMPANY).found_in(text)


@pytest.mark.parametrize(
    "text", ["figliola del re", "la rana unipersonale", "srl e vento", "12345", "tre figli e un gatto"]
)
def test_legal_forms_are_not_personal_data(text: str) -> None:
    assert not of(COMPANY).found_in(text)


def test_an_umlaut_is_found_in_either_spelling_of_name_and_text() -> None:
    for name in ("Müller", "Mueller"):
        assert of(Customer("x", "1", "person", last_name=name)).found_in("Müller 7x")
    assert of(Customer("x", "1", "person", last_name="Müller")).found_in("Muller 7x")


def test_a_short_code_is_found_only_as_a_whole() -> None:
    short = of(Customer("x", "00012345", "person"))
    assert short.found_in("gatto-12345")
    assert not short.found_in("gatto-1234")
    assert not of(Customer("x", "000012", "person")).found_in("gatto 12")


def test_an_empty_record_has_no_personal_data() -> None:
    empty = PersonalData.of(Customer("x", "", "person"), user_id="", phone="", supplier_names=())
    assert not any(empty.found_in(text) for text in ("", "gatto", "12345678", "!"))


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_searched(text: str) -> None:
    assert MARIOS_DATA.found_in(text) in (True, False)


@given(st.text(), st.text(), st.text(), st.text())
def test_the_names_of_any_record_are_found(first: str, last: str, address: str, company: str) -> None:
    customer = Customer("x", "1", "person", first_name=first, last_name=last, company_name=company)
    personal_data = of(customer, user_id=address)
    for name in (first, last):
        if name.isascii() and name.isalpha() and len(name) > 3:
            assert personal_data.found_in(f"77{name.upper()}-x")


def test_personal_data_is_never_printed() -> None:
    for printed in (repr(MARIOS_DATA), str(MARIOS_DATA), f"{MARIOS_DATA}"):
        assert printed == "PersonalData(…)"


def test_the_longest_text_is_searched_quickly() -> None:
    started = time.process_time()
    for text in ("a" * 256, "1l!i" * 64, "\u00fc" * 256, "polia" * 51, "5/3/" * 64):
        of(LIA).found_in(text)
        MARIOS_DATA.found_in(text)
    assert time.process_time() - started < 0.2
