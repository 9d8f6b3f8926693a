"""Erlang's formulas: how many agents, how long a wait. Loads in erlang (arrivals per second times mean handling time),
times in seconds, probabilities and service levels between 0 and 1.

Erlang B and C: Cooper, "Introduction to Queueing Theory", 2nd edition 1981, chapter 3. Erlang A (the queue M/M/n+M,
whose customers give up after an exponential patience): Mandelbaum and Zeltyn, "Service Engineering in Action: The
Palm/Erlang-A Queue, with Applications to Call Centers", 2005; its distribution of waits: Zeltyn and Mandelbaum, "Call
Centers with Impatient Customers: Many-Server Asymptotics of the M/M/n+G Queue", Queueing Systems 51, 2005.

What makes no sense raises ValueError naming the argument.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

MAX_AGENTS = 1_000_000

# Below this share of the sum a further term of a series changes nothing in a float.
_NEGLIGIBLE = 1e-18
# Up to so many factors a product is multiplied out; beyond, its logarithm comes from the gamma function.
_MULTIPLIED_OUT = 4096
# From here on the midpoint rule gives a harmonic sum to all digits of a float.
_SMOOTH_FROM = 1000.0


def erlang_b(load: float, agents: int) -> float:
    """The probability that all `agents` are busy when those who find them so go away: the loss probability."""
    _check_load(load)
    _check_agents(agents, at_least=0)
    blocked = 1.0
    for count in range(1, agents + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """The probability of waiting when everybody waits as long as it takes. `load` must be below `agents`."""
    _check_stable(load, agents)
    blocked = erlang_b(load, agents)
    return blocked / (1.0 - load / agents * (1.0 - blocked))


def service_level(load: float, agents: int, aht_s: float, target_s: float) -> float:
    """The share answered within `target_s`, when everybody waits as long as it takes."""
    _check_stable(load, agents)
    _check_time("aht_s", aht_s)
    _check_target(target_s)
    return 1.0 - erlang_c(load, agents) * math.exp(-(agents - load) * target_s / aht_s)


def average_speed_of_answer(load: float, agents: int, aht_s: float) -> float:
    """The mean wait of all in seconds, those answered at once included."""
    _check_stable(load, agents)
    _check_time("aht_s", aht_s)
    return erlang_c(load, agents) * aht_s / (agents - load)


def agents_for(
    load: float,
    aht_s: float,
    *,
    target_s: float,
    service_level: float,
    shrinkage: float = 0,
    patience_s: float | None = None,
) -> int:
    """The fewest agents that reach the service level, with `patience_s` by Erlang A and else by Erlang C.

    `shrinkage` is the share of paid time in which an agent is not there for contacts, from 0 to below 1; the agents
    returned are those to be paid. With patience the level is that of `service_level_with_patience`.
    """
    _check_load(load)
    _check_time("aht_s", aht_s)
    _check_target(target_s)
    if patience_s is not None:
        _check_time("patience_s", patience_s)
    if not 0.0 < service_level < 1.0:
        raise ValueError(f"service_level must be between 0 and 1, not {service_level}")
    if not 0.0 <= shrinkage < 1.0:
        raise ValueError(f"shrinkage must be from 0 to below 1, not {shrinkage}")
    if load == 0.0:
        return 0

    def reaches(agents: int) -> bool:
        if patience_s is not None:
            return service_level_with_patience(load, agents, aht_s, target_s, patience_s) >= service_level
        return agents > load and _level(load, agents, aht_s, target_s) >= service_level

    fewest = _fewest(reaches, load)
    # Without the last digits cut off, 21 / (1 - 0.3) would be a hair above 30.
    return math.ceil(round(fewest / (1.0 - shrinkage), 9))


# `agents_for` has an argument of this name.
_level = service_level


def erlang_a(load: float, agents: int, aht_s: float, patience_s: float) -> float:
    """The probability of waiting when customers give up after an exponential patience with mean `patience_s`."""
    _check_patient(load, agents, aht_s, patience_s)
    return _probability_of_waiting(load, agents, _line(agents * patience_s / aht_s, load * patience_s / aht_s))


def abandonment(load: float, agents: int, aht_s: float, patience_s: float) -> float:
    """The share of all that gives up."""
    _check_patient(load, agents, aht_s, patience_s)
    line = _line(agents * patience_s / aht_s, load * patience_s / aht_s)
    return _probability_of_waiting(load, agents, line) * line.abandoning


def mean_wait_with_patience(load: float, agents: int, aht_s: float, patience_s: float) -> float:
    """The mean time in line of all, those who gave up and those answered at once included."""
    return abandonment(load, agents, aht_s, patience_s) * patience_s


def average_speed_of_answer_with_patience(load: float, agents: int, aht_s: float, patience_s: float) -> float:
    """The mean wait of those answered, at once or later."""
    _check_patient(load, agents, aht_s, patience_s)
    line = _line(agents * patience_s / aht_s, load * patience_s / aht_s)
    waiting = _probability_of_waiting(load, agents, line)
    answered = 1.0 - waiting + waiting * line.served
    # So few answers that a float knows none of them: what remains is the wait of the few.
    return waiting * line.served_wait * patience_s / answered if answered > 0.0 else line.served_wait * patience_s


def answered_within(load: float, agents: int, aht_s: float, target_s: float, patience_s: float) -> float:
    """The share of all that is answered within `target_s`."""
    return _within(load, agents, aht_s, target_s, patience_s)[0]


def abandoned_within(load: float, agents: int, aht_s: float, target_s: float, patience_s: float) -> float:
    """The share of all that gives up within `target_s`."""
    return _within(load, agents, aht_s, target_s, patience_s)[1]


def service_level_with_patience(load: float, agents: int, aht_s: float, target_s: float, patience_s: float) -> float:
    """Answered within target / (answered + abandoned after target): who gives up within the target counts neither way.

    The other usual definitions follow from `answered_within`, `abandoned_within` and `abandonment`.
    """
    answered, abandoned = _within(load, agents, aht_s, target_s, patience_s)
    counted = 1.0 - abandoned
    return min(answered / counted, 1.0) if counted > 0.0 else 0.0


def _within(load: float, agents: int, aht_s: float, target_s: float, patience_s: float) -> tuple[float, float]:
    """The shares answered, and abandoned, within the target.

    Zeltyn and Mandelbaum's J(t) and the like integral with one more patience rate, both over J(0). Their integrals are
    incomplete gamma functions, which `_line` sums.
    """
    _check_patient(load, agents, aht_s, patience_s)
    _check_target(target_s)
    a, y = agents * patience_s / aht_s, load * patience_s / aht_s
    line = _line(a, y)
    waiting = _probability_of_waiting(load, agents, line)
    spent = target_s / patience_s
    stays = math.exp(-spent)
    left = y * stays
    drained = -y * math.expm1(-spent) - a * spent
    j_t = math.exp(min(drained + _line(a, left).log_a - line.log_a, 0.0))
    scale = a / (a + 1.0)
    k_0 = scale * math.exp(_line(a + 1.0, y).log_a - line.log_a)
    k_t = scale * math.exp(drained - spent + _line(a + 1.0, left).log_a - line.log_a)
    abandoned = waiting * min(max(1.0 - stays * j_t - (k_0 - k_t), 0.0), 1.0)
    late = waiting * j_t * stays
    return min(max(1.0 - late - abandoned, 0.0), 1.0), abandoned


class _Line(NamedTuple):
    """The waiting line, given that all agents are busy.

    log_a: logarithm of A(x, y), Palm's function in Mandelbaum and Zeltyn's (5). abandoning, served: the shares of those
    who join it. served_wait: mean wait, in patiences, counted only for those served.
    """

    log_a: float
    abandoning: float
    served: float
    served_wait: float


def _line(a: float, y: float) -> _Line:
    """Sums the states of the line, from the likeliest one both ways, so that nothing overflows.

    `a` is the agents' completion rate and `y` the arrival rate, both over the patience rate. With j waiting the state
    weighs y^j / ((a+1)...(a+j)); who comes then is served with probability a / (a+j+1), after waiting for j+1 exits.
    The terms that count are some 20 * sqrt(max(a, y)), fewer when the agents have time to spare.
    """
    peak = max(0, math.floor(y - a))
    total = abandoning = served = wait = 0.0
    peak_exits = _exits(a, peak + 1)
    weight, exits, j = 1.0, peak_exits, peak
    while True:
        share = a / (a + j + 1.0)
        total += weight
        served += weight * share
        abandoning += weight * ((j + 1.0) / (a + j + 1.0))
        wait += weight * share * exits
        weight *= y / (a + j + 1.0)
        if weight < _NEGLIGIBLE * total:
            break
        j += 1
        exits += 1.0 / (a + j + 1.0)
    weight, exits, j = 1.0, peak_exits, peak
    while j > 0 and weight >= _NEGLIGIBLE * total:
        weight *= (a + j) / y
        exits -= 1.0 / (a + j + 1.0)
        j -= 1
        share = a / (a + j + 1.0)
        total += weight
        served += weight * share
        abandoning += weight * ((j + 1.0) / (a + j + 1.0))
        wait += weight * share * exits
    return _Line(math.log(total) + _log_weight(a, y, peak), abandoning / total, served / total, wait / total)


def _log_weight(a: float, y: float, waiting: int) -> float:
    if waiting <= _MULTIPLIED_OUT:
        return math.fsum(math.log(y / (a + k)) for k in range(1, waiting + 1))
    return waiting * math.log(y) - (math.lgamma(a + waiting + 1.0) - math.lgamma(a + 1.0))


def _exits(a: float, count: int) -> float:
    """1/(a+1) + ... + 1/(a+count)."""
    exact = min(count, max(0, math.ceil(_SMOOTH_FROM - a)))
    total = math.fsum(1.0 / (a + k) for k in range(1, exact + 1))
    if exact == count:
        return total
    low, high = a + exact + 0.5, a + count + 0.5
    return total + math.log(high / low) - (1.0 / low**2 - 1.0 / high**2) / 24.0


def _probability_of_waiting(load: float, agents: int, line: _Line) -> float:
    """Mandelbaum and Zeltyn's (9), divided by A."""
    blocked = erlang_b(load, agents)
    return blocked / (blocked + (1.0 - blocked) * math.exp(-line.log_a))


def _fewest(reaches: Callable[[int], bool], load: float) -> int:
    """The least number from 1 on that reaches the level, which more agents only raise."""
    if load >= MAX_AGENTS:
        raise ValueError(f"load must be below {MAX_AGENTS} to plan for, not {load}")
    high = max(1, math.ceil(load))
    low = 0
    while not reaches(high):
        if high >= MAX_AGENTS:
            raise ValueError(f"service_level is not reached with {MAX_AGENTS} agents")
        low, high = high, min(2 * high, MAX_AGENTS)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def _check_load(load: float) -> None:
    if not math.isfinite(load) or load < 0.0:
        raise ValueError(f"load must be 0 or more erlang, not {load}")


def _check_agents(agents: int, *, at_least: int) -> None:
    if not isinstance(agents, int) or isinstance(agents, bool):
        raise ValueError(f"agents must be a whole number, not {agents}")
    if not at_least <= agents <= MAX_AGENTS:
        raise ValueError(f"agents must be from {at_least} to {MAX_AGENTS}, not {agents}")


def _check_stable(load: float, agents: int) -> None:
    _check_load(load)
    _check_agents(agents, at_least=1)
    if load >= agents:
        raise ValueError(f"load must be below agents, or the line grows for ever: {load} erlang, {agents} agents")


def _check_time(name: str, value: float) -> None:
    if not math.isfinite(value) or value <= 0.0:
        raise ValueError(f"{name} must be more than 0 seconds, not {value}")


def _check_target(target_s: float) -> None:
    if not math.isfinite(target_s) or target_s < 0.0:
        raise ValueError(f"target_s must be 0 or more seconds, not {target_s}")


def _check_patient(load: float, agents: int, aht_s: float, patience_s: float) -> None:
    _check_load(load)
    _check_agents(agents, at_least=1)
    _check_time("aht_s", aht_s)
    _check_time("patience_s", patience_s)
