"""What a stream says of a registration."""

from bench.notices import inserted


def test_a_new_item_is_told_as_a_stream_does() -> None:
    item = {"pk": {"S": "a#account#1"}, "status": {"S": "active"}}
    [record] = inserted(item)["Records"]
    assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
    assert (record["dynamodb"]["Keys"], record["dynamodb"]["NewImage"]) == ({"pk": item["pk"]}, item)
    assert "OldImage" not in record["dynamodb"]
