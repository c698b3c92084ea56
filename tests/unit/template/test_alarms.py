"""What raises an alarm: what strangers may cause, and the daily walk. The rest is in test_monitoring.py."""

import pytest

from tests.unit.template.translated import ALARMS, RESOURCES, WRITTEN, function


def test_each_route_that_strangers_call_raises_an_alarm_beyond_a_parameter() -> None:
    calls = [alarm for name, alarm in ALARMS.items() if name.endswith("CallsAlarm")]
    limits = {}
    for alarm in calls:
        dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        assert dimensions["ApiName"] == RESOURCES["Api"]["Properties"]["Name"]
        assert (dimensions["Stage"], dimensions["Method"]) == ({"Ref": "Stage"}, "POST")
        assert (alarm["MetricName"], alarm["Statistic"], alarm["Period"]) == ("Count", "Sum", 3600)
        limits[dimensions["Resource"]] = alarm["Threshold"]["Ref"]
    posted = {
        event["Properties"]["Path"]
        for name in ("verify", "credentials", "login", "recovery", "reclaim", "account")
        for event in function(name)["Events"].values()
        if event["Properties"]["Method"] == "post"
    }
    # These take a secret that nobody guesses: a refresh token, or an access token.
    owned = {f"/account/{call}" for call in ("password", "question", "sessions/end", "accepted", "export", "close")}
    owned.add("/account/customers/remove")
    assert posted - set(limits) == {"/login/refresh", "/logout", *owned}
    # Else there are no metrics of a route. One with settings of its own takes none from those of all.
    assert all(settings["MetricsEnabled"] for settings in RESOURCES["Api"]["Properties"]["MethodSettings"])
    assert WRITTEN["Parameters"][limits["/recovery"]]["Default"] < 500  # so many codes once went unseen


@pytest.mark.parametrize("budget", ["deployment", "subject"])
def test_withheld_mails_raise_an_alarm(budget: str) -> None:
    assert [
        alarm["MetricName"]
        for alarm in ALARMS.values()
        if {"Name": "budget", "Value": budget} in alarm.get("Dimensions", [])
    ] == ["EmailsWithheld"]


def test_housekeeping_that_fails_or_puts_closings_off_raises_an_alarm() -> None:
    failed = ALARMS["HousekeepingAlarm"]
    assert failed["MetricName"] == "Errors"
    assert failed["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "HousekeepingFunction"}}]
    [put_off] = [alarm for alarm in ALARMS.values() if alarm.get("MetricName") == "ClosingsPutOff"]
    for alarm in (failed, put_off):
        assert (alarm["Statistic"], alarm["Threshold"], alarm["ComparisonOperator"]) == (
            "Sum",
            0,
            "GreaterThanThreshold",
        )
