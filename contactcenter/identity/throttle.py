"""How long a sign-in must wait after failures. Pure: time is an argument."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(slots=True)
class _Failures:
    """`before` is when the last but one came."""

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
        self._failures: dict[str, OrderedDict[str, _Failures]] = {kind: OrderedDict() for kind in self._rules}
        self._capacity = capacity

    def wait(self, account: str, address: str, now: float) -> float:
        """Seconds until a sign-in may be tried, 0 for at once."""
        return max(self._wait("account", account, now), self._wait("address", address, now))

    def failed(self, account: str, address: str, now: float) -> None:
        self._count("account", account, now)
        self._count("address", address, now)

    def succeeded(self, account: str, address: str, charged_at: float) -> None:
        """Clears the account, and takes back what this attempt was charged to the address at `charged_at`.

        No more than that: one's own account must not clear the address for guessing at others.
        """
        self._failures["account"].pop(account, None)
        failures = self._failures["address"].get(address)
        if failures is None:
            return
        failures.count -= 1
        if failures.last == charged_at:
            failures.last = failures.before
        if failures.count == 0:
            del self._failures["address"][address]

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
            failures = _Failures(0, now, now)
        failures.count += 1
        failures.before, failures.last = failures.last, now
        known[name] = failures
        while len(known) > self._capacity:
            known.popitem(last=False)
