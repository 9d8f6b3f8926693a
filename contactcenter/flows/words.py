"""What the system says by itself, per language: hours, places in line, waits, confirmations.

Written for speech, not for the eye: "8 30 a m" is what a synthesizer says well.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Protocol

MINUTES_A_DAY = 24 * 60
Week = list[list[tuple[int, int]]]


class Words(Protocol):
    """`{value}` is what was entered."""

    now: str
    confirm: str
    greeting: str
    review: str
    kept: str
    callback: str
    callback_number: str
    callback_label: str
    no_number: str
    message_subject: str
    ticket_subject: str

    def week(self, week: Week) -> str:
        """Hours of Monday to Sunday, each a list of (start, end) in minutes after midnight."""

    def moment(self, when: dt.datetime, now: dt.datetime) -> str: ...

    def position(self, place: int) -> str: ...

    def expected_wait(self, seconds: float) -> str: ...


def words_for(language: str) -> Words:
    """The words of a language tag ("de-AT" finds "de"); English when we have none of it."""
    return _LANGUAGES.get(language.split("-")[0].lower(), _ENGLISH)


def wait_minutes(seconds: float) -> int:
    """Minutes to promise: rounded up, and coarser as they grow, for an estimate is no clock."""
    minutes = math.ceil(max(seconds, 0.0) / 60)
    if minutes <= 10:
        return minutes
    return math.ceil(minutes / 5) * 5 if minutes <= 60 else math.ceil(minutes / 15) * 15


def _groups(week: Week) -> list[tuple[int, int, list[tuple[int, int]]]]:
    groups: list[tuple[int, int, list[tuple[int, int]]]] = []
    for day, spans in enumerate(week):
        if not spans:
            continue
        if groups and groups[-1][1] == day - 1 and groups[-1][2] == spans:
            groups[-1] = (groups[-1][0], day, spans)
        else:
            groups.append((day, day, spans))
    return groups


class _English:
    now = "now"
    confirm = "You entered {value|spell}. If this is right, press 1. To enter it again, press 2."
    greeting = "Please leave a message after the tone. When you are done, press the hash key or hang up."
    review = "To keep your message, press 1. To hear it, press 2. To speak it again, press 3."
    kept = "Thank you. We will take care of it. Goodbye."
    callback = "We will call you back on {value|digits}. If this is right, press 1. For another number, press 2."
    callback_number = "Please enter the number we shall call, then press the hash key."
    callback_label = "Call back"
    no_number = "This number cannot be called."
    message_subject = "Message from"
    ticket_subject = "Call from"
    _days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    _months = (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    )

    def _clock(self, minutes: int) -> str:
        hour, minute = divmod(minutes % MINUTES_A_DAY, 60)
        if minute == 0 and hour in (0, 12):
            return "noon" if hour else "midnight"
        spoken = f"{(hour - 1) % 12 + 1}" + (f" {minute:02d}" if minute else "")
        return f"{spoken} {'a m' if hour < 12 else 'p m'}"

    def _spans(self, spans: list[tuple[int, int]]) -> str:
        if spans == [(0, MINUTES_A_DAY)]:
            return "around the clock"
        return " and ".join(f"{self._clock(start)} to {self._clock(end)}" for start, end in spans)

    def _day_range(self, first: int, last: int) -> str:
        if (first, last) == (0, 6):
            return "every day"
        if first == last:
            return self._days[first]
        return f"{self._days[first]} {'and' if last == first + 1 else 'to'} {self._days[last]}"

    def week(self, week: Week) -> str:
        return "; ".join(f"{self._day_range(a, b)}, {self._spans(spans)}" for a, b, spans in _groups(week))

    def moment(self, when: dt.datetime, now: dt.datetime) -> str:
        clock = self._clock(when.hour * 60 + when.minute)
        days = (when.date() - now.date()).days
        if days < 2:
            return f"{('today', 'tomorrow')[days]} at {clock}"
        if days < 7:
            return f"{self._days[when.weekday()]} at {clock}"
        return f"{self._days[when.weekday()]}, {self._months[when.month - 1]} {when.day}, at {clock}"

    def position(self, place: int) -> str:
        return "You are next in line." if place == 1 else f"You are number {place} in line."

    def expected_wait(self, seconds: float) -> str:
        minutes = wait_minutes(seconds)
        if minutes <= 1:
            return "The expected wait is less than a minute."
        return f"The expected wait is about {minutes} minutes."


class _German:
    now = "jetzt"
    confirm = "Sie haben {value|spell} eingegeben. Wenn das stimmt, drücken Sie die 1. Zum Ändern drücken Sie die 2."
    greeting = "Bitte sprechen Sie nach dem Ton. Zum Schluss drücken Sie die Raute-Taste oder legen auf."
    review = "Zum Abschicken drücken Sie die 1, zum Anhören die 2, um neu zu sprechen die 3."
    kept = "Vielen Dank. Wir kümmern uns darum. Auf Wiederhören."
    callback = "Wir rufen Sie unter {value|digits} zurück. Ist das richtig? Dann die 1. Für eine andere Nummer die 2."
    callback_number = "Bitte geben Sie die Nummer ein, die wir anrufen sollen, und drücken Sie dann die Raute-Taste."
    callback_label = "Rückruf"
    no_number = "Diese Nummer können wir nicht anrufen."
    message_subject = "Nachricht von"
    ticket_subject = "Anruf von"
    _days = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
    _months = (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    )

    def _clock(self, minutes: int) -> str:
        hour, minute = divmod(minutes % MINUTES_A_DAY or minutes, 60)
        return f"{hour} Uhr" + (f" {minute}" if minute else "")

    def _spans(self, spans: list[tuple[int, int]]) -> str:
        if spans == [(0, MINUTES_A_DAY)]:
            return "rund um die Uhr"
        return " und ".join(f"{self._clock(start)} bis {self._clock(_wrapped(end))}" for start, end in spans)

    def _day_range(self, first: int, last: int) -> str:
        if (first, last) == (0, 6):
            return "täglich"
        if first == last:
            return self._days[first]
        return f"{self._days[first]} {'und' if last == first + 1 else 'bis'} {self._days[last]}"

    def week(self, week: Week) -> str:
        return "; ".join(f"{self._day_range(a, b)}, {self._spans(spans)}" for a, b, spans in _groups(week))

    def moment(self, when: dt.datetime, now: dt.datetime) -> str:
        clock = self._clock(when.hour * 60 + when.minute)
        days = (when.date() - now.date()).days
        if days < 2:
            return f"{('heute', 'morgen')[days]} um {clock}"
        if days < 7:
            return f"am {self._days[when.weekday()]} um {clock}"
        return f"am {self._days[when.weekday()]}, dem {when.day}. {self._months[when.month - 1]}, um {clock}"

    def position(self, place: int) -> str:
        return "Sie sind als Nächstes an der Reihe." if place == 1 else f"Sie sind an Position {place}."

    def expected_wait(self, seconds: float) -> str:
        minutes = wait_minutes(seconds)
        if minutes <= 1:
            return "Die Wartezeit beträgt weniger als eine Minute."
        return f"Die Wartezeit beträgt etwa {minutes} Minuten."


def _wrapped(end: int) -> int:
    return end if end <= MINUTES_A_DAY else end - MINUTES_A_DAY


_ENGLISH: Words = _English()
_LANGUAGES: dict[str, Words] = {"en": _ENGLISH, "de": _German()}
