"""What a flow names is found wherever it stands."""

from __future__ import annotations

from contactcenter.flows.parse import examine
from contactcenter.queues.flow_uses import calendars_named, queues_named, skills_named

FLOW = """
flow: main
language: en
data: {where: help}
hours:
  usual: {calendar: office}
  own: {timezone: UTC, open: [{days: mon, from: "08:00", to: "09:00"}]}
start: ask
steps:
  ask:
    menu:
      label: Wish
      prompt: Which?
      choices:
        "1": {label: A, next: chosen, set: {where: sales}}
        "2": {label: B, next: chosen, set: {other: unused}}
    on_failure: plain
  chosen:
    queue: {queue: "{where}", skills: {any: [{english: 2}, {not: trainee}]}, preferred: german}
    on_max_wait: bye
    on_failure: bye
  plain:
    queue: spare
    on_max_wait: bye
    on_failure: bye
  bye:
    hangup:
"""


def test_queues_skills_and_calendars_of_a_flow() -> None:
    flow, problems = examine(FLOW.lstrip().encode(), "main.yaml", directory=None)
    assert flow is not None, problems
    assert queues_named(flow) == {"help", "sales", "spare"}
    assert skills_named(flow) == {"english", "trainee", "german"}
    assert calendars_named(flow) == {"office"}
