"""Too many attempts: of one customer, one user, one token, one address."""

from tests.integration.customers import SUPPLIER, claim, credentials, person
from tests.replay.play import Play
from tests.replay.scenes.languages import LANGUAGES


def at_login(play: Play) -> None:
    user = play.registered()
    for name, typed in (("known", user.user_id), ("unknown", f"x{user.user_id}")):
        for _ in range(6):
            play.post(name, "/login", user.login(user_id=typed, password="not the right one"))
        play.post(f"{name}, the right password", "/login", user.login(user_id=typed))
    for language in LANGUAGES:
        body = user.login(user_id=user.user_id.upper())
        play.post(language, "/login", body, Accept_Language=language, Origin=play.world.stack.origin)
    play.post("another supplier", "/login", user.login(supplier="unogas-gas-e-luce"))
    play.post("wrong fields", "/login", user.login(x=1))


def at_step_one(play: Play) -> None:
    customer = play.person()
    for number in range(12):
        wrong = claim(customer, first_name="Maria")
        play.post("wrong", "/verify", wrong, X_Forwarded_For=f"203.0.113.{number}")
    play.post("right", "/verify", claim(customer))
    play.move()
    for language in LANGUAGES:
        play.post(f"from another address {language}", "/verify", claim(customer), Accept_Language=language)
    nobody = claim(person(code=play.code("nobody")))
    for _ in range(9):
        play.caller.post("/verify", nobody)
    play.post("nobody, the tenth", "/verify", nobody)
    play.post("nobody, the eleventh", "/verify", nobody)


def of_one_address(play: Play) -> None:
    """Use up the hundred recoveries and reminders that are free."""
    nobody = claim(person(code=play.code("nobody")))
    asked = {name: nobody[name] for name in ("supplier", "customer_code", "tax_code")}
    for _ in range(99):
        play.caller.post("/recovery/user-id", asked)
    play.post("the hundredth reminder", "/recovery/user-id", asked)
    play.post("a reminder", "/recovery/user-id", asked)
    play.post("a reminder, wrong fields", "/recovery/user-id", {})
    play.post("step one", "/verify", nobody)
    play.post("a recovery", "/recovery", {"supplier": SUPPLIER, "user_id": f"x.{play.code()}@example.it"})


def of_one_step_token(play: Play) -> None:
    token = play.step_token(play.person())
    for _ in range(11):
        play.post("no address", "/credentials", credentials(token, "no address"))
    for language in LANGUAGES:
        body = credentials(token, f"x.{play.code()}@example.it")
        play.post(f"good {language}", "/credentials", body, Accept_Language=language)


def of_recoveries(play: Play) -> None:
    user = play.registered()
    for name, typed in (("known", user.user_id), ("unknown", f"x{user.user_id}")):
        for _ in range(10):
            token = play.caller.recover(typed).json["recovery_token"]
        for language in LANGUAGES:
            body = {"supplier": SUPPLIER, "user_id": typed}
            play.post(f"{name} {language}", "/recovery", body, Accept_Language=language)
        new = {"password": "cinque lucci verdi", "password_repeat": "cinque lucci verdi", "answer": "Briciola"}
        play.post(f"{name}, an answer", "/recovery/password", {"recovery_token": token} | new)
