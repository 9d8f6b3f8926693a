"""What a permission check costs: `principal.may` with and without a place, and what making a principal's rights costs.

`python -m bench.permissions [--json]`. Goal: under 20 µs a check.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

from contactcenter.permissions import Catalogue, Holding, Permission, Principal, Role, Scope

PERMISSIONS = tuple(
    Permission(f"things{number}.act", f"Act on things {number}", {Role.SUPERVISOR}, scoped=True)
    for number in range(200)
)
ROUNDS, CHECKS = 25, 20_000
GOAL_US = 20.0


def principal() -> Principal:
    """Ten roles, each for 20 teams and 20 queues."""
    catalogue = Catalogue(*PERMISSIONS)
    names = catalogue.of_role(Role.SUPERVISOR)
    holdings = [
        Holding(
            f"lead{number}",
            names,
            Scope(
                frozenset(f"team{number}-{each}" for each in range(20)),
                frozenset(f"queue{number}-{each}" for each in range(20)),
            ),
        )
        for number in range(10)
    ]
    return Principal("u", "u@example.com", "U", ("lead0",), "s", catalogue.grants(holdings))


def cost_us(work: Callable[[], object], times: int) -> float:
    """The median of rounds."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - started) / times * 1e6)
    return statistics.median(rounds)


def measure() -> dict[str, float | bool]:
    who, permission = principal(), PERMISSIONS[137]
    assert who.may(permission, queue="queue9-19")
    assert not who.may(permission, queue="queue10-0", team="team10-0")
    figures: dict[str, float | bool] = {
        "check_us": cost_us(lambda: who.may(permission), CHECKS),
        "check_in_queue_us": cost_us(lambda: who.may(permission, queue="queue9-19"), CHECKS),
        "check_refused_us": cost_us(lambda: who.may(permission, queue="queue10-0", team="team10-0"), CHECKS),
        "rights_of_ten_roles_us": cost_us(principal, 4),
    }
    worst = max(value for name, value in figures.items() if name.startswith("check"))
    return {name: round(value, 3) for name, value in figures.items()} | {"goal_us": GOAL_US, "met": worst < GOAL_US}


if __name__ == "__main__":
    measured = measure()
    if "--json" in sys.argv:
        print(json.dumps(measured))
    else:
        for name, value in measured.items():
            print(f"{name:28} {value}")
    sys.exit(0 if measured["met"] else 1)
