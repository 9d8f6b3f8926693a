"""Flows to begin with. What stands in brackets is filled in from the set-up there is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sample:
    """`text` with `[name]`, `[house]`, `[queue]` and `[calendar]` in it; `needs_calendar`: useless without one."""

    id: str
    title: str
    summary: str
    text: str
    needs_calendar: bool = False


_END = """
  too_busy:
    hangup:
      outcome: overflowed
      say: All our colleagues are still speaking with others. Please call again a little later. Goodbye.

  out_of_order:
    hangup:
      outcome: failed
      say: We cannot take your call at the moment. Please try again in a few minutes. Goodbye.
"""
_WAIT = """
  wait:
    queue:
      queue: [queue]
      music: {prompt: hold-music}
      announce: {position: true, expected_wait: true, first_after_s: 10, every_s: 45}
    on_max_wait: too_busy
    on_closed: out_of_order
    on_failure: out_of_order
"""

SAMPLES: Final = (
    Sample(
        "queue",
        "Straight to a queue",
        "Greets, then waits for the next free agent.",
        """flow: [name]
description: Greets and queues the call.
language: en
start: welcome

steps:
  welcome:
    say: "Welcome to [house]."
    next: wait
"""
        + _WAIT
        + _END,
    ),
    Sample(
        "hours",
        "Opening hours, then a queue",
        "Asks a calendar: open, the call waits for an agent; closed, the caller hears when you open again.",
        """flow: [name]
description: Greets, looks at the opening hours, queues the call.
language: en
hours:
  office: {calendar: [calendar]}
start: welcome

steps:
  welcome:
    say: "Welcome to [house]."
    next: opening

  opening:
    branch:
      - {when: {open: office}, next: wait}
    else: closed
"""
        + _WAIT
        + """
  closed:
    hangup:
      outcome: closed
      say: We are closed. We are here {office|hours}, and open again {office|next_opening}. Goodbye.
"""
        + _END,
        needs_calendar=True,
    ),
    Sample(
        "menu",
        "A menu of two choices",
        "Asks what it is about; nobody is turned away for not pressing a key.",
        """flow: [name]
description: Asks for the reason and queues the call.
language: en
start: welcome

steps:
  welcome:
    say: "Welcome to [house]."
    next: reason

  reason:
    menu:
      label: Reason
      prompt: For sales, press 1. For anything else, press 2. To hear this again, press star.
      choices:
        "1": {label: Sales, set: {reason: sales}, next: wait}
        "2": {label: Other, set: {reason: other}, next: wait}
        "*": {label: Heard again, next: reason}
    on_failure: wait
"""
        + _WAIT
        + _END,
    ),
)


def filled_in(sample: Sample, *, name: str, house: str, queue: str, calendar: str) -> str:
    """A name YAML may take for something else is put in quotes."""
    said = "".join(sign for sign in house if sign.isprintable() and sign not in "{}") or "our house"
    return (
        sample.text.replace("[name]", name)
        .replace("[queue]", json.dumps(queue))
        .replace("[calendar]", json.dumps(calendar))
        .replace('"Welcome to [house]."', json.dumps(f"Welcome to {said}.", ensure_ascii=False))
    )
