from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.customers.record import Customer
from utenza.passwords.birth_dates import marked, writings
from utenza.passwords.personal_data import PersonalData


def born(codice_fiscale: str) -> PersonalData:
    customer = Customer("x", "1", "person", codice_fiscale=codice_fiscale)
    return PersonalData.of(customer, user_id="", phone="", supplier_names=())


BORN_5_MARCH_1980 = born("DNGMNC80C05H501S")


@pytest.mark.parametrize(
    "text",
    [
        *("05031980", "5/3/1980", "05-03-80", "5.3.80", "050380", "5 3 80", "531980", "19800305", "800305", "1980-3-5"),
        *("03/05/1980", "030580", "03051980", "031980", "03/80/05", "3/1980", "1980/03", "31980", "198003"),
        *(
            "5 marzo 1980",
            "5marzo80",
            "05mar1980",
            "Marzo1980",
            "mar-80",
            "5 MARZO",
            "5marzo",
            "nato il 5 marzo a Roma",
        ),
        *("March 5, 1980", "5 March 1980", "5. März 1980", "5. MAERZ 80", "mar5", "marz 1980", "1980marzo"),
        *("casa05031980", "x05-03-1980y", "0891/30/50", "08913050", "05_03_2080", "0 5 0 3 8 0", "5//3//80"),
    ],
)
def test_the_birth_date_is_found_in_any_usual_writing(text: str) -> None:
    assert BORN_5_MARCH_1980.found_in(text)


@pytest.mark.parametrize(
    "text",
    ["15/3/81", "6 marzo", "15 marzo", "marzo 1981", "5 aprile", "mare 1980", "casa3luna1980", "5380", "1980", "41980"],
)
def test_other_dates_and_the_year_alone_are_not_found(text: str) -> None:
    assert not BORN_5_MARCH_1980.found_in(text)


@pytest.mark.parametrize("code", ["DNGMRA80C45H501L", "DNGMRA80CQRH501W", "DNGMRA8LC45H501X"])
def test_the_birth_date_is_found_for_women_and_omocodes(code: str) -> None:
    anna = born(code)
    assert anna.found_in("5/3/1980")
    assert anna.found_in("050380")
    assert not anna.found_in("45 marzo")


@given(st.dates(date(1930, 1, 1), date(2029, 12, 31)), st.sampled_from(["", "/", "-", ".", " "]))
def test_every_date_is_found_in_the_usual_orders(day: date, separator: str) -> None:
    found = writings(day.year % 100, day.month, day.day)
    for order in ("%d %m %Y", "%d %m %y", "%Y %m %d", "%y %m %d", "%m %d %Y", "%m %Y"):
        text = day.strftime(order).replace(" ", separator)
        digits = text.replace(separator, "")
        assert any(writing in digits for writing in found.digits)
    unpadded = f"{day.day}/{day.month}/{day.year}"
    assert any(writing in marked(unpadded) for writing in found.marked)
    assert any(writing in marked(f"{day.day}-{day.month}-{day.year % 100}") for writing in found.marked)
