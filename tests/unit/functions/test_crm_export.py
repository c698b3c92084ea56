"""The files for the CRM: one for each day of Italy, whole or not there, and those of nights that were missed."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm_export import app, flow
from crm_export.bucket import Bucket
from tests.unit.crm.world import AGREED, NOW, World, new_world
from tests.unit.flows.fixtures import SUPPLIERS
from utenza.crm.days import begin_of
from utenza.suppliers import ExportColumn, Supplier, Suppliers

COLUMNS = (ExportColumn("COD_CLIENTE", "customer_code"), ExportColumn("STATO", "status"))
HEADER = ["COD_CLIENTE", "STATO"]
GAS = SUPPLIERS.named("gas").model_copy(update={"export_columns": COLUMNS})
LUCE = SUPPLIERS.named("luce").model_copy(update={"export_columns": COLUMNS})
DAY = date(2026, 11, 26)  # that of NOW
TONIGHT = begin_of(date(2026, 11, 27)) + 12_600  # half past three


class FakeS3:
    """Objects by their keys; `down` is what part of a key S3 does not take."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.puts: list[str] = []
        self.down = ""

    def put_object(self, **request: Any) -> None:
        if self.down and self.down in request["Key"]:
            raise OSError("mario1@example.org does not answer")
        assert (request["Bucket"], request["ContentType"]) == ("exchange", "text/csv; charset=utf-8")
        self.objects[request["Key"]] = request["Body"].read()
        self.puts.append(request["Key"])

    def rows(self, supplier: str, day: str) -> list[list[str]]:
        text = self.objects[f"exports/{supplier}/registrazioni-{day}.csv"].decode("utf-8-sig")
        return [*csv.reader(StringIO(text, newline=""), delimiter=";")]


class House:
    def __init__(self) -> None:
        self.world: World = new_world()
        self.s3 = FakeS3()
        bucket = Bucket(self.s3, "exchange")
        self.dependencies = flow.Dependencies(self.world.changes, self.world.registrations, bucket)

    def night(
        self, now: int = TONIGHT, *, supplier: Supplier = GAS, has_time: Callable[[], bool] = lambda: True
    ) -> int:
        """Make what is missing and return how many files that were."""
        return len([*flow.make_missing(supplier, self.dependencies, has_time=has_time, now=now)])


@pytest.fixture
def house() -> House:
    return House()


def test_a_night_makes_the_file_of_the_day_that_is_over_with_each_code_once(house: House) -> None:
    house.world.register(2)
    house.world.register(1, accepted=AGREED)
    house.world.happened("UserIdChanged", 1)
    house.world.register(3, at=TONIGHT - 9000)  # after midnight
    assert house.night() == 1
    assert house.s3.rows("gas", "2026-11-26") == [HEADER, ["0101", "REGISTRATO"], ["0102", "REGISTRATO"]]
    assert house.night() == 0
    assert house.night(TONIGHT + 86_400) == 1
    assert house.s3.rows("gas", "2026-11-27") == [HEADER, ["0103", "REGISTRATO"]]
    assert len(house.s3.puts) == 2


def test_a_day_without_changes_has_a_file_with_a_header(house: House) -> None:
    assert house.night() == 1
    assert house.s3.rows("gas", "2026-11-26") == [HEADER]
    assert house.night(supplier=LUCE) == 1


def test_of_an_account_that_was_closed_before_the_night_nothing_is_told(house: House) -> None:
    house.world.register(1)
    house.world.close(1)
    house.night()
    assert house.s3.rows("gas", "2026-11-26") == [HEADER, ["0101", "NON_REGISTRATO"]]


def test_nights_that_were_missed_are_caught_up_the_oldest_first(house: House) -> None:
    for number in (1, 2, 3):
        house.world.register(number, at=NOW + (number - 1) * 86_400)
    assert house.night(TONIGHT + 3 * 86_400) == 4  # from the day of the first change on
    assert [name[-14:-4] for name in house.s3.puts] == ["2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"]
    assert house.s3.rows("gas", "2026-11-28") == [HEADER, ["0103", "REGISTRATO"]]
    assert house.night(TONIGHT + 50 * 86_400) == flow.MOST
    assert house.night(TONIGHT + 50 * 86_400) == 47 - flow.MOST
    assert house.night(TONIGHT + 50 * 86_400) == 0


def test_what_there_is_no_time_for_the_next_night_makes(house: House) -> None:
    house.world.register(1)
    left = iter([True, True, False])
    assert house.night(TONIGHT + 4 * 86_400, has_time=lambda: next(left)) == 2
    assert house.night(TONIGHT + 4 * 86_400) == 3


def test_a_file_that_cannot_be_put_is_not_there_and_is_made_the_next_night(house: House) -> None:
    house.world.register(1)
    house.s3.down = "gas"
    with pytest.raises(OSError, match="does not answer"):
        house.night()
    assert not house.s3.objects
    house.s3.down = ""
    assert house.night(TONIGHT + 86_400) == 2
    assert house.s3.rows("gas", "2026-11-26") == [HEADER, ["0101", "REGISTRATO"]]


class _Context(LambdaContext):
    def __init__(self, milliseconds: int = 800_000) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        return self._milliseconds


@pytest.fixture
def deployed(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(app, "dependencies", lambda: house.dependencies)
    monkeypatch.setattr(app, "known_suppliers", lambda: Suppliers([GAS, LUCE]))
    monkeypatch.setattr("crm_export.app.time.time", lambda: float(TONIGHT))
    return house


def test_every_supplier_has_a_file_each_night(deployed: House) -> None:
    made = app.handler({}, _Context())
    names = [f"exports/{supplier}/registrazioni-2026-11-26.csv" for supplier in ("gas", "luce")]
    assert made == {"files": names}
    assert app.handler({}, _Context()) == {"files": []}
    assert app.handler({}, _Context(119_000)) == {"files": []}


def test_today_can_be_made_at_any_time_and_the_night_makes_it_again(deployed: House) -> None:
    deployed.world.register(1, at=TONIGHT)
    assert len(app.handler({"today": True}, _Context())["files"]) == 2
    assert deployed.s3.rows("gas", "2026-11-27") == [HEADER, ["0101", "REGISTRATO"]]
    deployed.world.register(2, at=TONIGHT + 60)
    deployed.night()
    deployed.night(TONIGHT + 86_400)
    assert deployed.s3.rows("gas", "2026-11-27") == [HEADER, ["0101", "REGISTRATO"], ["0102", "REGISTRATO"]]


def test_what_fails_for_one_supplier_is_raised_when_the_others_have_their_files(
    deployed: House, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.s3.down = "gas"
    with pytest.raises(app.NotMade, match=r"^gas$"):
        app.handler({}, _Context())
    assert list(deployed.s3.objects) == ["exports/luce/registrazioni-2026-11-26.csv"]
    assert "example.org" not in capsys.readouterr().out
