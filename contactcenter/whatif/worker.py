"""`python -m contactcenter.whatif.worker`: answers the one question on standard input, in a process of its own.

Standard input is a Question or a DayQuestion as JSON, standard output are lines of Said[Comparison]
(contactcenter/asked_process.py); refused is what cannot run.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import date

import msgspec
from msgspec.structs import replace

from acd.scenario import BadScenario, Scenario
from contactcenter.asked_process import Said, say
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.whatif.change import changed
from contactcenter.whatif.described import Changes
from contactcenter.whatif.outcome import DayQuestion, Question, answer
from contactcenter.whatif.problems import Unusable
from contactcenter.whatif.recorded import question_of

NICENESS = 10
"""Calls that are on go first."""


def main() -> None:
    os.nice(NICENESS)
    question: Question | DayQuestion = msgspec.json.decode(sys.stdin.buffer.read(), type=Question | DayQuestion)
    try:
        if isinstance(question, DayQuestion):
            question = asyncio.run(_read(question))
        say(Said(answer=answer(question, lambda share: say(Said(progress=round(share, 3))))))
    except (BadScenario, Unusable, StorageUnavailable) as error:
        say(Said(refused=str(error)))


async def _read(asked: DayQuestion) -> Question:
    database = Database(asked.database_url)
    try:
        question = await question_of(database, date.fromisoformat(asked.day), seed=asked.seed)
    finally:
        await database.stop()
    question = replace(question, runs=asked.runs)
    if asked.changes is None:
        return question
    changes = _of_those_there(Changes.model_validate(asked.changes), question.scenario)
    return replace(question, changes_title=changes.changes, changed=changed(question.scenario, changes))


def _of_those_there(changes: Changes, scenario: Scenario) -> Changes:
    """Without what is asked of agents who did not work on that day: it makes no difference, and is no mistake."""
    there = {staff.config.agent_id for staff in scenario.agents}
    agents = changes.agents.model_copy(
        update={
            "set": {agent_id: change for agent_id, change in changes.agents.set.items() if agent_id in there},
            "remove": [each for each in changes.agents.remove if each.agent is None or each.agent in there],
        }
    )
    return changes.model_copy(update={"agents": agents})


if __name__ == "__main__":
    main()
