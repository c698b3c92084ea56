"""People: what they were told, and who is handed out to whom."""

import random
from pathlib import Path

from bench import exports
from bench.load.people import People, Person, read
from utenza.identifiers.tax_code import is_valid


def _person(code: str, registered: str = "no") -> Person:
    return Person("unogas-energia", code, {}, "", f"{code}@example.it", registered=registered)


def test_an_export_is_read_as_what_its_customers_type(tmp_path: Path) -> None:
    exports.write(tmp_path / "export.csv", 50)
    people = read(tmp_path / "export.csv")
    assert len({person.user_id for person in people}) == len({person.code for person in people}) == 50
    company, person = people[0].claim(), people[1].claim()
    assert {"company_name"} == company.keys() - {"supplier", "customer_code", "tax_code"}
    assert {"first_name", "last_name"} == person.keys() - {"supplier", "customer_code", "tax_code"}
    assert all(is_valid(each.tax_code) for each in people)


def test_nobody_makes_two_visits_at_once() -> None:
    people = People([_person("1"), _person("2", "yes")])
    member = people.member()
    assert member
    assert (member.code, people.member()) == ("2", None)
    people.give_back(member)
    assert people.member() is member


def test_who_registers_comes_again_with_their_account() -> None:
    people = People([_person("1")])
    stranger = people.stranger()
    assert stranger
    assert people.stranger() is None
    stranger.registered = "yes"
    people.give_back(stranger)
    assert people.member() is stranger


def test_who_does_not_know_what_happened_to_the_account_does_not_come_again() -> None:
    everybody = [_person(str(number), "yes") for number in range(3)]
    people = People(everybody)
    unsure, closed, changed = (people.member() for _ in range(3))
    assert unsure
    assert closed
    assert changed
    unsure.perhaps, closed.closed = ["sette carpe gialle"], "yes"
    changed.has_set("otto tinche rosse")
    for person in everybody:
        people.give_back(person)
    assert (people.member(), people.member()) == (changed, None)


def test_a_new_password_is_none_that_may_be_the_old_one() -> None:
    person = _person("1")
    person.perhaps = ["cinque lucci verdi", "sette carpe gialle"]
    found = {person.another_password(random.Random(seed)) for seed in range(30)}
    assert found == {"otto tinche rosse", "nove cavedani viola"}
