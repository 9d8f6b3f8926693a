import random
import re

from contactcenter.demo.people import REASONS, Public

DRAMA = re.compile(r"\+493023125\d{3}|\+441632960\d{3}")


def test_numbers_belong_to_nobody() -> None:
    public = Public(random.Random(1))
    for _ in range(500):
        person = public.next()
        assert DRAMA.fullmatch(person.number)
        assert person.reason in REASONS
        assert re.fullmatch(r"\d{6}", person.customer_number)


def test_some_call_again_as_the_same_person() -> None:
    public = Public(random.Random(1))
    calls = [public.next() for _ in range(200)]
    again = [person for person in calls if calls.count(person) > 1]
    assert 30 < len(again) < 150
