import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("module", ["codice_fiscale", "partita_iva", "tax_code", "customer_code", "email", "phone"])
def test_the_doctests_pass(module: str) -> None:
    result = doctest.testmod(import_module(f"utenza.identifiers.{module}"))

    assert result.attempted > 0
    assert result.failed == 0
