"""Whose a record is: hashes that name no tax code, and what is another holder and what only a correction."""

import pytest

from utenza.customers.record import Customer, CustomerSummary
from utenza.tokens.holder import has_changed_hands, holder_of, is_held_by
from utenza.tokens.key_ring import RingKey

KEY, OTHER_KEY = RingKey("s" * 64), RingKey("o" * 64)
MARIO = Customer("gas", "0123456789", "person", "Mario", "Rossi", codice_fiscale="RSSMRA80A01H501U")
TRADER = MARIO._replace(company_name="Officina Rossi", partita_iva="12345678903")
ANNA = MARIO._replace(first_name="Anna", last_name="Bianchi", codice_fiscale="BNCNNA85C41F205D")
FIRM = Customer("gas", "0123456789", "company", company_name="Rossi & Figli S.r.l.", partita_iva="12345678903")


def _known(customer: Customer, name: str) -> CustomerSummary:
    return CustomerSummary(customer.code, customer.kind, name, "active", holder_of(customer, KEY))


def test_there_is_one_short_hash_for_each_tax_code_and_no_tax_code_in_it() -> None:
    assert [
        len(holder_of(each, KEY)) for each in (MARIO, TRADER, FIRM, FIRM._replace(codice_fiscale="12345678903"))
    ] == [
        1,
        2,
        1,
        1,
    ]
    assert {len(text) for text in holder_of(TRADER, KEY)} == {16}
    assert MARIO.codice_fiscale not in str(holder_of(TRADER, KEY))
    assert holder_of(MARIO._replace(codice_fiscale=""), KEY) == ()


def test_a_hash_is_of_one_record_one_supplier_and_one_key() -> None:
    [hashed] = holder_of(MARIO, KEY)
    assert holder_of(MARIO, KEY) == (hashed,)
    assert hashed not in holder_of(MARIO._replace(code="0123456780"), KEY)
    assert hashed not in holder_of(MARIO._replace(supplier="luce"), KEY)
    assert hashed not in holder_of(MARIO, OTHER_KEY)
    assert holder_of(MARIO._replace(supplier="a", code="b|c"), KEY) != holder_of(
        MARIO._replace(supplier="a|b", code="c"), KEY
    )


def test_one_tax_code_in_common_is_the_same_holder() -> None:
    assert is_held_by(holder_of(MARIO, KEY), TRADER, KEY)
    assert is_held_by(holder_of(TRADER, KEY), MARIO, KEY)
    assert not is_held_by(holder_of(MARIO, KEY), ANNA, KEY)
    assert not is_held_by((), MARIO, KEY)
    nobody = MARIO._replace(codice_fiscale="")
    assert not is_held_by(holder_of(nobody, KEY), nobody, KEY)


@pytest.mark.parametrize(
    ("known", "record", "changed"),
    [
        (_known(MARIO, "Mario Rossi"), ANNA, True),
        (_known(MARIO, "Mario Rossi"), ANNA._replace(status="closed"), True),
        (_known(MARIO, "Mario Rossi"), MARIO._replace(first_name="Anna", last_name="Bianchi"), False),
        (_known(MARIO, "Mario Rossi"), ANNA._replace(partita_iva="1", codice_fiscale=MARIO.codice_fiscale), False),
        (_known(MARIO, "Mario Rossi"), ANNA._replace(first_name="ROSSI", last_name="MARIO"), False),
        (_known(MARIO, "Nicolò D'Angelo"), ANNA._replace(first_name="NICOLO'", last_name="DANGELO"), False),
        (_known(MARIO, "Mario Rossi"), ANNA._replace(company_name="Mario Rossi"), True),
        (_known(MARIO, "Mario Rossi"), FIRM, True),
        (_known(TRADER, "Mario Rossi"), FIRM, False),
        (_known(FIRM, "Rossi & Figli S.r.l."), FIRM._replace(company_name="ROSSI E FIGLI SRL", partita_iva="1"), False),
        (_known(FIRM, "Rossi & Figli S.r.l."), FIRM._replace(company_name="Verdi srl", partita_iva="1"), True),
        (_known(FIRM, "Rossi & Figli S.r.l."), FIRM._replace(company_name="Verdi srl"), False),
        (_known(MARIO, ""), ANNA._replace(first_name="", last_name=""), True),
    ],
)
def test_other_tax_codes_with_another_name_are_another_holder(
    known: CustomerSummary,
    record: Customer,
    changed: bool,  # noqa: FBT001
) -> None:
    assert has_changed_hands(known, record, KEY) == changed
