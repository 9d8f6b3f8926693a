"""Who calls again and again in the demo is a customer of it."""

from __future__ import annotations

from contactcenter.customers.service import Customers
from contactcenter.customers.settings import CustomerFilter
from contactcenter.demo.customers import FIRM, UNKNOWN, seed_customers
from contactcenter.demo.people import regulars


async def test_the_regular_callers_are_known(customers: Customers) -> None:
    for _ in range(2):
        await seed_customers(customers.database, customers.store.vault)
    public = regulars()
    assert public == regulars()
    found = [await customers.callers.of_address(person.number) for person in public]
    assert [len(each) for each in found] == [1] * (len(public) - UNKNOWN - 1) + [2] + [0] * UNKNOWN
    assert [each[0].name for each in found[: -UNKNOWN - 1]] == [person.name for person in public[: -UNKNOWN - 1]]
    assert found[0][0].vip
    assert found[1][0].organisation == FIRM
    page = await customers.page(CustomerFilter(limit=100))
    assert len(page.items) == len(public) - UNKNOWN + 2
