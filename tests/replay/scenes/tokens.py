"""Tokens that are changed, expired, or meant for something else; after all of them the real one is still good."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from tests.integration.customers import SUPPLIER, credentials
from tests.replay import crafting
from tests.replay.play import Play, User
from tests.replay.scenes.languages import LANGUAGES

_NEW = "cinque lucci verdi"


def _answer(token: str, **changes: Any) -> dict[str, Any]:
    typed = {"answer": "BRICIOLA", "password": _NEW, "password_repeat": _NEW}
    return {"recovery_token": token} | typed | changes


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def step_tokens(play: Play) -> None:
    customer = play.person()
    token, user_id = play.step_token(customer), play.address(customer)
    sign = crafting.hs256(play.world.secret)
    for name, other in (crafting.unsigned_changes(token) | crafting.signed_changes(token, sign)).items():
        play.post(name, "/credentials", credentials(other, user_id))
    for language in LANGUAGES:
        body = credentials(crafting.expired(token, sign), user_id)
        play.post(f"expired {language}", "/credentials", body, Accept_Language=language)
    play.post("expired, and wrong fields", "/credentials", {"x": 1, "step_token": crafting.expired(token, sign)})
    play.post("invalid, and wrong fields", "/credentials", {"x": 1, "step_token": "x"})
    play.post("of a clock that is fast", "/credentials", credentials(_of_a_fast_clock(play, token), "no address"))
    play.post("the real one", "/credentials", credentials(token, user_id))
    play.post("spent", "/credentials", credentials(token, user_id))
    play.post("spent, wrong fields", "/credentials", credentials(token, "no address", x=1))


def _of_a_fast_clock(play: Play, token: str) -> str:
    """Return a token of a process whose clock is 20 seconds before that of the others."""
    claims = crafting.unpacked(token.split(".")[1])
    sign = crafting.hs256(play.world.secret)
    return crafting.changed(token, sign, iat=claims["iat"] + 20, exp=claims["exp"] + 20)


def recovery_tokens(play: Play) -> None:
    user = play.registered()
    token, sign = play.recovery_token(user), crafting.hs256(play.world.secret)
    for name, other in crafting.few_changes(token, sign).items():
        play.post(name, "/recovery/password", _answer(other))
    for language in LANGUAGES:
        expired = _answer(crafting.expired(token, sign))
        play.post(f"expired {language}", "/recovery/password", expired, Accept_Language=language)
    play.post("expired, and wrong fields", "/recovery/password", _answer(crafting.expired(token, sign), password="x"))
    at_code = crafting.changed(token, sign, aud="recovery-code")
    play.post("at the code", "/recovery/code", {"recovery_token": at_code, "code": "123456"})
    play.post("the real one, at the code", "/recovery/code", {"recovery_token": token, "code": "123456"})
    play.post("the real one", "/recovery/password", _answer(token))
    play.post("spent", "/recovery/password", _answer(token))


def access_tokens(play: Play) -> None:
    token = str(play.session(play.registered())["access_token"])
    for name, other in crafting.unsigned_changes(token).items():
        play.get(name, "/account", **_bearer(other))
    keys = play.caller.get("/.well-known/jwks.json").json["keys"]
    for name, key in _as_secrets(keys[0]).items():
        play.get(f"HS256 with {name}", "/account", **_bearer(_confused(token, key)))
    play.get("the real one", "/account", **_bearer(token))


def signed_access_tokens(play: Play) -> None:
    """Sign with the key in KMS what was never issued."""
    token, sign = str(play.session(play.registered())["access_token"]), play.world.signature
    claims = crafting.unpacked(token.split(".")[1])
    for name, other in crafting.signed_changes(token, sign).items():
        play.get(name, "/account", **_bearer(other))
    others: dict[str, dict[str, Any]] = {
        "another issuer": {"iss": "https://other.example"},
        "an issuer with a slash": {"iss": f"{claims['iss']}/"},
        "a list of audiences": {"aud": ["utenza"]},
        "another account": {"sub": "0" * 32},
        "another supplier": {"supplier": "unogas-gas-e-luce"},
        "another generation": {"jti": f"1-{'0' * 32}"},
        "of a clock that is fast": {"iat": claims["iat"] + 20, "exp": claims["exp"] + 20},
    }
    for name, changes in others.items():
        play.get(name, "/account", **_bearer(crafting.changed(token, sign, **changes)))
    for language in LANGUAGES:
        said = _bearer(crafting.expired(token, sign))
        play.get(f"expired {language}", "/account", Accept_Language=language, **said)


def _as_secrets(key: dict[str, str]) -> dict[str, bytes]:
    """Return the ways to write the public key that a careless verifier might take for a secret."""
    n, e = (int.from_bytes(crafting.decode(key[part])) for part in ("n", "e"))
    public, encodings = RSAPublicNumbers(e, n).public_key(), serialization.Encoding
    shape = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(encodings.PEM, shape)
    return {"PEM": pem, "PEM, trimmed": pem.strip(), "DER": public.public_bytes(encodings.DER, shape), "nothing": b""}


def _confused(token: str, key: bytes) -> str:
    return crafting.changed(token, crafting.hs256(key), {"alg": "HS256"})


def bearers(play: Play) -> None:
    """Write the Authorization header in every way."""
    token = str(play.session(play.registered())["access_token"])
    for value in (
        "Bearer {}",
        "bearer {}",
        "BEARER {}",
        "Bearer  {} ",
        "Bearer\t{}",
        "Bearer {} {}",
        "Bearer {},{}",
        'Bearer "{}"',
        "Bearer={}",
        "Bearer:{}",
        "Token {}",
        "Basic {}",
        "DPoP {}",
        "{}",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "",
    ):
        play.get(f"{value!r}", "/account", Authorization=value.replace("{}", token))
    play.get("in the query", f"/account?access_token={token}")
    play.get("with an origin", "/account", Origin=play.world.stack.origin, Authorization=f"Bearer {token}")


def tokens_of_other_kinds(play: Play) -> None:
    """Use each token where each other one belongs."""
    user = play.registered()
    session = play.session(user)
    tokens = {
        "step": play.step_token(play.person("other")),
        "access": session["access_token"],
        "refresh": session["refresh_token"],
        "recovery": play.recovery_token(user),
    }
    for name, token in tokens.items():
        if name != "step":
            play.post(f"{name} as step", "/credentials", credentials(token, "a@example.it"))
        if name != "refresh":
            play.post(f"{name} as refresh", "/login/refresh", {"refresh_token": token})
            play.post(f"{name} at logout", "/logout", {"refresh_token": token})
        if name != "recovery":
            play.post(f"{name} as recovery", "/recovery/password", _answer(token))
        if name != "access":
            play.get(f"{name} as access", "/account", **_bearer(token))
        code = {"code": "123456"}
        play.post(f"{name} at the code", "/recovery/code", {"recovery_token": token} | code)
        play.post(f"{name} as confirmation", "/credentials/confirm", {"confirmation_token": token} | code)
        play.post(f"{name} at resend", "/credentials/confirm/resend", {"confirmation_token": token})


_REFRESH: dict[str, Callable[[str], str]] = {
    "the last letter of the secret": crafting.other_bytes,
    "the last letter, the same bytes": crafting.same_bytes,
    "the family, the same bytes": lambda token: ".".join(
        (token.split(".")[0], crafting.same_bytes(token.split(".")[1]), *token.split(".")[2:])
    ),
    "another supplier": lambda token: token.replace(SUPPLIER, "unogas-gas-e-luce"),
    "capitals": str.upper,
    "padding": lambda token: f"{token}=",
    "a letter behind": lambda token: f"{token}A",
    "a line break behind": lambda token: f"{token}\n",
    "a blank before": lambda token: f" {token}",
    "a letter less": lambda token: token[:-1],
    "a part more": lambda token: f"{token}.x",
}


def refresh_tokens(play: Play) -> None:
    """Change a refresh token: after some changes the real one is good, after others its session has ended."""
    user: User = play.registered()
    for name, change in _REFRESH.items():
        token = str(play.session(user)["refresh_token"])
        play.post(name, "/login/refresh", {"refresh_token": change(token)})
        play.post(f"{name}, then the real one", "/login/refresh", {"refresh_token": token})
