import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.suppliers import compile as compiler
from tools.suppliers.compile import SuppliersError
from tools.suppliers.models import safe_pattern
from utenza import suppliers
from utenza.errors import InvalidValue

ROOT = Path(__file__).parents[2]
ONE = """
[[suppliers]]
id = "luce-nord"
name = "Luce Nord"
languages = ["it", "de"]
code_label = { it = "Codice cliente", de = "Kundencode" }
code_pattern = '[0-9]{8}'
code_hint = "In alto a destra."
links = { site = "https://luce.example/", privacy = "https://luce.example/p", contact = "mailto:info@luce.example" }
[suppliers.import]
kinds = { person = ["F"], company = ["G"] }
statuses = { active = ["ATTIVO"], closed = ["CESSATO"] }
[suppliers.import.columns]
supplier = []
customer_code = ["CODICE"]
kind = ["TIPO"]
last_name = ["COGNOME"]
first_name = ["NOME"]
company_name = ["DITTA"]
codice_fiscale = ["CF"]
partita_iva = ["PI"]
phone = []
email = []
status = []
"""

DOCUMENTS = """
[[suppliers.documents]]
id = "terms"
version = "2026-01"
title = { it = "Condizioni", de = "Bedingungen" }
url = "https://luce.example/c"
required = true
[[suppliers.documents]]
id = "news"
version = "1"
title = "Newsletter"
url = "https://luce.example/n"
"""


def compile_text(folder: Path, text: str) -> list[dict[str, Any]]:
    (folder / "suppliers.toml").write_text(text, encoding="utf-8")
    loaded: list[dict[str, Any]] = json.loads(compiler.compiled(folder / "suppliers.toml"))
    return loaded


def load_text(folder: Path, text: str) -> suppliers.Suppliers:
    (folder / "suppliers.toml").write_text(text, encoding="utf-8")
    compiler.write(folder / "suppliers.toml", folder / "suppliers.json")
    return suppliers.load(folder / "suppliers.json")


def test_the_repository_s_suppliers_load_in_the_order_of_their_file() -> None:
    ids = [
        entry["id"]
        for entry in tomllib.loads((ROOT / "suppliers/suppliers.toml").read_text(encoding="utf-8"))["suppliers"]
    ]
    assert [supplier.id for supplier in suppliers.load()] == ids


def test_one_text_serves_every_language_of_the_supplier(tmp_path: Path) -> None:
    supplier = load_text(tmp_path, ONE).named("luce-nord")
    assert supplier.code_hint == {"it": "In alto a destra.", "de": "In alto a destra."}
    assert supplier.code_label == {"it": "Codice cliente", "de": "Kundencode"}
    assert supplier.languages == ("it", "de")
    assert supplier.links["contact"]["it"] == "mailto:info@luce.example"


def test_activation_codes_and_a_page_to_object_on_are_there_where_they_are_named(tmp_path: Path) -> None:
    plain = load_text(tmp_path, ONE).named("luce-nord")
    assert (plain.issues_activation_codes, dict(plain.mail)) == (False, {})
    pages = {
        "objection_page": "https://luce.example/obiezione.html",
        "undo_page": "https://luce.example/ripristino.html",
    }
    mail = ", ".join(f'{name} = "{page}"' for name, page in pages.items())
    more = f"issues_activation_codes = true\nmail = {{ {mail} }}\n"
    named = load_text(tmp_path, ONE.replace("links =", f"{more}links =", 1)).named("luce-nord")
    assert named.issues_activation_codes
    assert named.mail == pages


def test_documents_are_there_where_they_are_named(tmp_path: Path) -> None:
    assert load_text(tmp_path, ONE).named("luce-nord").documents == ()
    [terms, news] = load_text(tmp_path, ONE + DOCUMENTS).named("luce-nord").documents
    assert terms.model_dump() == {
        "id": "terms",
        "version": "2026-01",
        "title": {"it": "Condizioni", "de": "Bedingungen"},
        "url": dict.fromkeys(("it", "de"), "https://luce.example/c"),
        "required": True,
    }
    assert (news.id, news.required) == ("news", False)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "news"', 'id = "terms"', "luce-nord: documents: one id is used twice"),
        ('id = "news"', 'id = "News"', "luce-nord: documents.1.id: "),
        ('version = "1"', 'version = ""', "luce-nord: documents.1.version: "),
        ('version = "1"', "version = 1", "luce-nord: documents.1.version: "),
        (', de = "Bedingungen"', "", "luce-nord: documents.terms.title: the text in de is missing"),
        ("https://luce.example/c", "http://luce.example/c", "luce-nord: documents.0.url.it: not an https address"),
    ],
)
def test_what_is_wrong_with_a_document_is_said(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(SuppliersError) as error:
        compile_text(tmp_path, ONE + DOCUMENTS.replace(old, new, 1))
    assert f"suppliers.toml: {message}" in str(error.value)


def test_the_import_mapping_stays_out_of_what_is_public(tmp_path: Path) -> None:
    assert "import" not in json.dumps(compile_text(tmp_path, ONE))


def test_the_only_supplier_needs_no_name(tmp_path: Path) -> None:
    only = load_text(tmp_path, ONE)
    assert only.named(None) is only.named("luce-nord")
    assert len(only) == 1


def test_several_suppliers_must_be_told_apart(tmp_path: Path) -> None:
    several = load_text(tmp_path, ONE + ONE.replace('id = "luce-nord"', 'id = "luce-sud"'))
    with pytest.raises(InvalidValue) as error:
        several.named(None)
    assert error.value.code == "required"


@pytest.mark.parametrize("name", ["nessuno", "", "LUCE-NORD"])
def test_a_supplier_nobody_knows_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidValue) as error:
        load_text(tmp_path, ONE).named(name)
    assert error.value.code == "unknown_supplier"


def test_the_same_content_compiles_to_the_same_text_and_leaves_the_file_alone(tmp_path: Path) -> None:
    load_text(tmp_path, ONE)
    before = (tmp_path / "suppliers.json").stat()
    load_text(tmp_path, "# a comment\n" + ONE)
    assert (tmp_path / "suppliers.json").stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "luce-nord"', 'id = "Luce Nord"', "Luce Nord: id: "),
        ('id = "luce-nord"', 'id = "x"', "x: id: "),
        ('id = "luce-nord"', "", "supplier 1: id: is missing"),
        ('name = "Luce Nord"', 'name = "Luce Nord"\ncolour = "red"', "luce-nord: colour: unknown key"),
        (', de = "Kundencode"', "", "luce-nord: code_label: the text in de is missing"),
        ('["it", "de"]', '["it", "fr"]', "luce-nord: languages.1: "),
        ('["it", "de"]', '["de"]', "luce-nord: languages: it is always needed"),
        ('["it", "de"]', '["it", "de", "it"]', "luce-nord: languages: one is named twice"),
        ("'[0-9]{8}'", "'[0-9]+'", "luce-nord: code_pattern: not allowed at position 6"),
        ('"https://luce.example/p"', '"http://luce.example/p"', "luce-nord: links.privacy.it: not an https address"),
        ('"https://luce.example/p"', '"mailto:a@luce.example"', "luce-nord: links.privacy.it: not an https address"),
        ('kind = ["TIPO"]', "kind = []", "luce-nord: import.columns.kind: "),
        ('kind = ["TIPO"]', 'kind = ["TIPO"]\nfax = ["FAX"]', "luce-nord: import.columns.fax: unknown key"),
        ('code_hint = "In', 'code_picture = "bill.png"\ncode_hint = "In', "luce-nord: code_picture: there is no file"),
        ("languages = [", "languages = [[", "not TOML: "),
        ("links =", 'mail = { objection_page = "http://luce.example/" }\nlinks =', "luce-nord: mail.objection_page: "),
        ("links =", 'issues_activation_codes = "yes"\nlinks =', "luce-nord: issues_activation_codes: "),
        ("[[suppliers]]", "[[supplier]]", "suppliers: Input should be a valid list"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in ONE
    with pytest.raises(SuppliersError) as error:
        compile_text(tmp_path, ONE.replace(old, new, 1))
    assert f"suppliers.toml: {message}" in str(error.value)


def test_an_id_belongs_to_one_supplier(tmp_path: Path) -> None:
    with pytest.raises(SuppliersError, match="luce-nord: id: used by two suppliers"):
        compile_text(tmp_path, ONE + ONE)


def test_the_command_says_what_is_wrong_in_one_line_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "none.toml", tmp_path / "out.json"
    assert compiler.main([str(source), str(target)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not target.exists()


def test_the_command_can_check_and_write_nothing(tmp_path: Path) -> None:
    (tmp_path / "suppliers.toml").write_text(ONE, encoding="utf-8")
    assert compiler.main([str(tmp_path / "suppliers.toml")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["suppliers.toml"]


@pytest.mark.parametrize("pattern", ["[0-9A-Z]{5,16}", r"\d{8}", "(?:NIC|CE)[0-9]{7,9}", "IT?[0-9]{1,14}"])
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    assert safe_pattern(pattern) == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "([0-9]{1,9}){1,9}",
        "(a|a)*",
        "[0-9]*",
        ".{1,5}",
        r"(\d)\1",
        "(?=A)A",
        "A{1,9}A{1,9}A{1,9}A{1,9}",
        "[Z-A]",
        "(A",
        "A{9,1}",
        "?",
        "^A$",
    ],
)
def test_a_pattern_that_is_wrong_or_could_take_long_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"allowed|repetitions|regular expression"):
        safe_pattern(pattern)
