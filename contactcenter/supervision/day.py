"""Today's figures per queue and per quarter of an hour, counted from engine events."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, tzinfo

from acd.service_level import Counters

INTERVAL_S = 900


class Day:
    """Counts since midnight in `zone` (None: the server's own); a new day starts from nothing.

    `intervals` are by start, `by_queue` by start and queue. Times are Unix seconds.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._date = ""
        self.queues: dict[str, Counters] = defaultdict(Counters)
        self.intervals: dict[float, Counters] = defaultdict(Counters)
        self.by_queue: dict[float, dict[str, Counters]] = defaultdict(lambda: defaultdict(Counters))
        self.total = Counters()
        self._touched: set[float] = set()

    def start_of(self, at: float) -> datetime:
        """Midnight before `at`."""
        midnight = datetime.fromtimestamp(at, self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.astimezone(self._zone)

    def end_of(self, at: float) -> float:
        """Midnight after `at`. 36 hours after midnight it is the next day, whatever clocks do in between."""
        return self.start_of(self.start_of(at).timestamp() + 36 * 3600).timestamp()

    @property
    def date(self) -> str:
        """The day that is being counted; empty before the first."""
        return self._date

    def turn(self, at: float) -> bool:
        """Begin a new day if `at` is in one; True when it did."""
        date = self._date_of(at)
        if date == self._date:
            return False
        self._date = date
        self.queues.clear()
        self.intervals.clear()
        self.by_queue.clear()
        self._touched.clear()
        self.total = Counters()
        return True

    def offered(self, queue_id: str, at: float) -> None:
        for counters in self._at(queue_id, at):
            counters.offered += 1

    def moved(self, from_queue: str, to_queue: str, at: float, offered_at: float | None) -> None:
        """A call that overflows counts for the queue it is in now, in the quarter in which it was offered."""
        self.turn(at)
        counted = [self.queues]
        if offered_at is not None and (start := offered_at - offered_at % INTERVAL_S) in self.by_queue:
            counted.append(self.by_queue[start])
            self._touched.add(start)
        for counters in counted:
            # One that was offered before midnight does not count today.
            if counters[from_queue].offered:
                counters[from_queue].offered -= 1
                counters[to_queue].offered += 1

    def answered(self, queue_id: str, at: float, waited_s: float, target_s: float) -> None:
        for counters in self._at(queue_id, at):
            counters.count_answer(waited_s, target_s)

    def not_answered(self, queue_id: str, at: float, waited_s: float, target_s: float) -> None:
        """Take back an answer counted at `at`: agent and caller could not be connected. Yesterday's stays counted."""
        if self._date != self._date_of(at):
            return
        for counters in self._at(queue_id, at):
            counters.answered -= 1
            counters.answered_in_target -= waited_s <= target_s
            counters.waited_s -= waited_s

    def abandoned(self, queue_id: str, at: float, waited_s: float, target_s: float) -> None:
        for counters in self._at(queue_id, at):
            counters.count_abandon(waited_s, target_s)

    def take_touched(self) -> set[float]:
        """Starts of the quarters in which something was counted since this was last asked."""
        touched, self._touched = self._touched, set()
        return touched

    def _date_of(self, at: float) -> str:
        return datetime.fromtimestamp(at, self._zone).date().isoformat()

    def _at(self, queue_id: str, at: float) -> tuple[Counters, ...]:
        self.turn(at)
        start = at - at % INTERVAL_S
        self._touched.add(start)
        return self.queues[queue_id], self.by_queue[start][queue_id], self.intervals[start], self.total


def summed(counters: Iterable[Counters]) -> Counters:
    """All of them together."""
    total = Counters()
    for each in counters:
        for name in Counters.__struct_fields__:
            setattr(total, name, getattr(total, name) + getattr(each, name))
    return total
