"""The site's files: what belongs to it, with which type, and what never does."""

import json
from pathlib import Path

import pytest

from tests.unit.deploy_site.site_folder import API, site
from tools.deploy_site.files import SiteError, SiteFile


def _file(folder: Path, key: str) -> SiteFile:
    found = site(folder).file(key)
    assert found
    return found


def test_the_site_is_its_folder_the_pictures_config_json_and_404_html(tmp_path: Path) -> None:
    assert site(tmp_path).names() == {
        "404.html",
        "accesso.html",
        "bills/bill.svg",
        "config.json",
        "index.html",
        "logos/a.svg",
        "page.css",
        "utenza/texts/it.js",
        "utenza/utenza.js",
    }


def test_every_key_has_a_file(tmp_path: Path) -> None:
    whole = site(tmp_path)
    assert {file.key for key in whole.names() if (file := whole.file(key))} == whole.names()


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"),
        ("utenza/utenza.js", "text/javascript; charset=utf-8"),
        ("config.json", "application/json"),
        ("logos/a.svg", "image/svg+xml"),
        ("bills/bill.svg", "image/svg+xml"),
    ],
)
def test_only_images_are_cached_by_browsers(tmp_path: Path, key: str, content_type: str) -> None:
    file = _file(tmp_path, key)
    assert file.content_type == content_type
    revalidated = "public, max-age=0, s-maxage=31536000, must-revalidate"
    assert file.cache_control == ("public, max-age=86400" if key.endswith(".svg") else revalidated)


def test_config_json_is_the_folder_s_with_the_api_address(tmp_path: Path) -> None:
    assert json.loads(_file(tmp_path, "config.json").content) == {"api": API, "more": 1}


def test_config_json_exists_even_if_the_folder_has_none(tmp_path: Path) -> None:
    whole = site(tmp_path)
    (whole.folder / "config.json").unlink()
    found = whole.file("config.json")
    assert found
    assert json.loads(found.content) == {"api": API}


@pytest.mark.parametrize("text", ["{", "[1]", "1", '"api"'])
def test_a_config_json_that_is_not_an_object_is_one_line(tmp_path: Path, text: str) -> None:
    whole = site(tmp_path)
    (whole.folder / "config.json").write_text(text)
    with pytest.raises(SiteError, match=r"config\.json is not a JSON object"):
        whole.file("config.json")


def test_a_supplier_s_picture_wins_over_a_file_of_the_site(tmp_path: Path) -> None:
    whole = site(tmp_path)
    (whole.folder / "bills").mkdir()
    (whole.folder / "bills" / "bill.svg").write_text("<svg>another</svg>")
    found = whole.file("bills/bill.svg")
    assert found
    assert found.content == b"<svg/>"


def test_the_folder_s_404_html_wins_over_the_plain_one(tmp_path: Path) -> None:
    whole = site(tmp_path)
    assert "Pagina non trovata" in whole.not_found().content.decode()
    (whole.folder / "404.html").write_text("Our own")
    assert whole.not_found().content == b"Our own"


def test_hidden_files_outside_links_and_other_types_are_ignored(tmp_path: Path) -> None:
    whole = site(tmp_path)
    before = whole.names()
    (whole.folder / "notes.docx").write_text("")
    (whole.folder / ".hidden.txt").write_text("")
    (whole.folder / ".git").mkdir()
    (whole.folder / ".git" / "config.txt").write_text("")
    (whole.folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (whole.folder / "folder").symlink_to(tmp_path)
    (whole.folder / "nowhere.txt").symlink_to(tmp_path / "missing")
    assert whole.names() == before
    assert whole.ignored() == ["folder", "link.txt", "notes.docx", "nowhere.txt"]


def test_a_link_within_the_folder_is_a_file(tmp_path: Path) -> None:
    whole = site(tmp_path)
    (whole.folder / "login.html").symlink_to("accesso.html")
    assert "login.html" in whole.names()
