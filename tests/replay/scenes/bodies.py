"""Bodies that are no JSON object in UTF-8 of at most 16 kB, bodies that are one all the same, and content types."""

import base64

from tests.replay.play import JSON, Play
from tests.replay.scenes.routes import POSTS

_LIMIT = 16_384

_CORE: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b"hello",
    "a list": b"[1, 2]",
    "a member twice": b'{"supplier": "a", "supplier": "a"}',
    "NaN": b'{"supplier": NaN}',
    "no UTF-8": b"\xff\xfe\x00",
    "an escaped lone surrogate": b'{"user_id": "\\ud800"}',
    "U+FFFD": b'{"user_id": "\xef\xbf\xbd"}',
    "one byte too many": b'{"a": "' + b"x" * (_LIMIT - 8) + b'"}',
    "an empty object": b"{}",
}
_SYNTAX: dict[str, bytes] = {
    "blanks": b" \r\n",
    "half an object": b'{"user_id": ',
    "null": b"null",
    "true": b"true",
    "a number": b"12",
    "a string": b'"text"',
    "an empty list": b"[]",
    "a list of one object": b'[{"user_id": "a"}]',
    "a member twice, inside": b'{"user_id": {"a": 1, "a": 2}}',
    "a member twice, once escaped": b'{"a": 1, "\\u0061": 1}',
    "a member twice, three of them": b'{"a": 1, "a": 1, "a": 1}',
    "Infinity": b'{"a": Infinity}',
    "-Infinity": b'{"a": -Infinity}',
    "a number beyond floats": b'{"a": 1e999}',
    "a number of 4,300 digits": b'{"a": ' + b"1" * 4300 + b"}",
    "a number of 4,301 digits": b'{"a": ' + b"1" * 4301 + b"}",
    "a number with a leading zero": b'{"a": 01}',
    "a number with a plus": b'{"a": +1}',
    "a number in hex": b'{"a": 0x1}',
    "a fraction without digits": b'{"a": 1.}',
    "TRUE": b'{"a": TRUE}',
    "single quotes": b"{'a': 1}",
    "a bare name": b"{a: 1}",
    "a comma at the end": b'{"a": 1,}',
    "no comma": b'{"a": 1 "b": 2}',
    "a comment": b'{/* */"a": 1}',
    "a tab in a text": b'{"a": "x\ty"}',
    "a line break in a text": b'{"a": "x\ny"}',
    "a NUL in a text": b'{"a": "x\x00y"}',
    "DEL in a text": b'{"a": "x\x7fy"}',
    "an unknown escape": b'{"a": "\\x41"}',
    "an escape cut short": b'{"a": "\\u12"}',
    "blanks around": b' \r\n\t{"a": 1}\n ',
    "a no-break blank around": '\xa0{"a": 1}'.encode(),
    "a form feed around": b'\x0c{"a": 1}',
    "garbage behind": b'{"a": 1} x',
    "a comma behind": b'{"a": 1},',
    "a second object behind": b'{"a": 1}{"a": 1}',
    "a NUL behind": b'{"a": 1}\x00',
    "base64": base64.b64encode(b'{"a": 1}'),
    "a form": b"user_id=a&password=b",
}
_ENCODINGS: dict[str, bytes] = {
    "a BOM": b'\xef\xbb\xbf{"a": 1}',
    "UTF-16 with a BOM": '{"a": 1}'.encode("utf-16"),
    "UTF-16 without": '{"a": 1}'.encode("utf-16-le"),
    "UTF-32": '{"a": 1}'.encode("utf-32-be"),
    "Latin-1": b'{"a": "\xe9"}',
    "an overlong slash": b'{"a": "\xc0\xaf"}',
    "a raw surrogate": b'{"a": "\xed\xa0\x80"}',
    "beyond Unicode": b'{"a": "\xf4\x90\x80\x80"}',
    "a letter cut short": b'{"a": "\xc3"}',
    "an escaped low surrogate": b'{"user_id": "\\udc00"}',
    "escaped surrogates the wrong way round": b'{"user_id": "\\ude00\\ud83d"}',
    "an escaped pair": b'{"user_id": "\\ud83d\\ude00"}',
    "a lone surrogate as a name": b'{"\\ud800": 1}',
    "a lone surrogate deep inside": b'{"a": [{"b": ["\\udfff"]}]}',
    "U+FFFD escaped": b'{"user_id": "\\ufffd"}',
    "U+FFFE": b'{"user_id": "\xef\xbf\xbe"}',
    "exactly 16 kB": b'{"a": "' + b"x" * (_LIMIT - 9) + b'"}',
    "exactly 16 kB of two-byte letters": b'{"a": "' + "è".encode() * ((_LIMIT - 9) // 2) + b' "}',
    "16 kB in letters, more in bytes": b'{"a": "' + "è".encode() * (_LIMIT - 9) + b'"}',
    "one blank too many": b'{"a": "' + b"x" * (_LIMIT - 9) + b'"} ',
    "too large and no JSON": b"x" * (_LIMIT + 1),
    "too large and no UTF-8": b"\xff" * (_LIMIT + 1),
    "a megabyte": b'{"a": "' + b"x" * 1_000_000 + b'"}',
    "16,000 brackets": b"[" * 16_000,
    "100 lists deep": b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}",
    "800 lists deep": b'{"a": ' + b"[" * 800 + b"]" * 800 + b"}",
    "8,000 lists deep": b'{"a": ' + b"[" * 8000 + b"]" * 8000 + b"}",
    "200,000 brackets": b"[" * 200_000,
}
_DEEP = ("100 lists deep", "800 lists deep", "8,000 lists deep", "U+FFFD escaped", "exactly 16 kB")
_TYPES: tuple[str, ...] = (
    JSON,
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    'application/json; charset="utf-8"',
    "application/json ; charset = utf-8",
    "application/json; charset=utf8",
    "application/json; charset=latin-1",
    "application/json; charset=utf-16",
    "application/json; charset=",
    "application/json; odata=verbose",
    "application/json; odata=verbose; charset=utf-8",
    "application/json;",
    "APPLICATION/JSON",
    " application/json ",
    "application/json, text/plain",
    "application/json,application/json",
    "application/problem+json",
    "application/jsonp",
    "text/json",
    "text/plain",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "*/*",
    "json",
    "",
)


def bad_bodies_everywhere(play: Play) -> None:
    for path in POSTS:
        for name, content in _CORE.items():
            play.send(f"{path} {name}", "POST", path, content, Content_Type=JSON)


def what_json_is(play: Play) -> None:
    for name, content in (_SYNTAX | _ENCODINGS).items():
        play.send(name, "POST", "/login", content, Content_Type=JSON)


def what_json_is_at_step_one(play: Play) -> None:
    """Play the bodies that a parser in another place would most likely read otherwise."""
    for name in ("a number of 4,301 digits", "a number beyond floats", "a BOM", "UTF-16 with a BOM", *_DEEP):
        play.send(name, "POST", "/verify", (_SYNTAX | _ENCODINGS)[name], Content_Type=JSON)


def content_types(play: Play) -> None:
    for media_type in _TYPES:
        play.send(f"{media_type!r}", "POST", "/logout", b'{"refresh_token": "x"}', Content_Type=media_type)
    play.send("none", "POST", "/logout", b'{"refresh_token": "x"}')
    play.send("text and no body", "POST", "/logout", b"", Content_Type="text/plain")
    play.send("text and too large", "POST", "/logout", b"x" * (_LIMIT + 1), Content_Type="text/plain")
