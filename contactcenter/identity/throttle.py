"""How long a sign-in must wait after failures. Pure: time is an argument."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

KINDS: Final = ("account", "address")


@dataclass(slots=True)
class Failures:
    """`last` and `before`, when the last but one came, in unix seconds."""

    count: int
    last: float
    before: float


@dataclass(frozen=True, slots=True)
class ThrottleRule:
    """The first `free` failures cost nothing, then the wait doubles from `first_s` up to `longest_s` seconds.

    `forget_s` seconds without a failure and the count starts again.
    """

    free: int
    first_s: float = 1.0
    longest_s: float = 900.0
    forget_s: float = 3600.0

    def wait_after(self, failures: int) -> float:
        if failures <= self.free:
            return 0.0
        # The exponent is capped: 2**10000 is no float.
        return min(self.longest_s, self.first_s * 2.0 ** min(failures - self.free - 1, 40))


# Many people may share one address (an office behind NAT), so it gets more room than an account.
ACCOUNT = ThrottleRule(free=4)
ADDRESS = ThrottleRule(free=20)


class Throttle:
    """Counts failures per account and per address, forgetting the oldest beyond `capacity` names of either kind."""

    def __init__(
        self, account: ThrottleRule = ACCOUNT, address: ThrottleRule = ADDRESS, *, capacity: int = 10_000
    ) -> None:
        self._rules = {"account": account, "address": address}
        self._failures: dict[str, OrderedDict[str, Failures]] = {kind: OrderedDict() for kind in self._rules}
        self._capacity = capacity

    def wait(self, account: str, address: str | None, now: float) -> float:
        """Seconds until a sign-in may be tried, 0 for at once. Without an address only the account counts."""
        waits = self._wait("account", account, now)
        return waits if address is None else max(waits, self._wait("address", address, now))

    def failed(self, account: str, address: str | None, now: float) -> None:
        self._count("account", account, now)
        if address is not None:
            self._count("address", address, now)

    def succeeded(self, account: str, address: str | None, charged_at: float) -> None:
        """Clears the account, and takes back what this attempt was charged to the address at `charged_at`.

        No more than that: one's own account must not clear the address for guessing at others.
        """
        self._failures["account"].pop(account, None)
        failures = self._failures["address"].get(address) if address is not None else None
        if address is None or failures is None:
            return
        failures.count -= 1
        if failures.last == charged_at:
            failures.last = failures.before
        if failures.count == 0:
            del self._failures["address"][address]

    def rule(self, kind: str) -> ThrottleRule:
        """`kind` is one of KINDS."""
        return self._rules[kind]

    def failures(self, kind: str, name: str) -> Failures | None:
        """What is counted of this name."""
        return self._failures[kind].get(name)

    def restore(self, kind: str, name: str, failures: Failures) -> None:
        """As it stood before a restart; the last put is the last to be forgotten."""
        self._failures[kind][name] = failures

    def _wait(self, kind: str, name: str, now: float) -> float:
        failures = self._failures[kind].get(name)
        if failures is None:
            return 0.0
        rule = self._rules[kind]
        if now - failures.last >= rule.forget_s:
            del self._failures[kind][name]
            return 0.0
        return max(0.0, failures.last + rule.wait_after(failures.count) - now)

    def _count(self, kind: str, name: str, now: float) -> None:
        known = self._failures[kind]
        failures = known.pop(name, None)
        if failures is None or now - failures.last >= self._rules[kind].forget_s:
            failures = Failures(0, now, now)
        failures.count += 1
        failures.before, failures.last = failures.last, now
        known[name] = failures
        while len(known) > self._capacity:
            known.popitem(last=False)
