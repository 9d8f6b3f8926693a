"""The manual's examples are flows that work."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from contactcenter.flows import followups, model
from contactcenter.flows.hours import OpeningHours, StoredHours
from contactcenter.flows.parse import examine
from contactcenter.flows.template import FILTERS, HOURS_FILTERS

MANUAL = (Path(__file__).resolve().parents[2] / "docs/flows.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)
STEPS = [text for text in EXAMPLES if re.match(r"[a-z_]+:\n  [a-z]", text) and not text.startswith("hours:")]
TARGETS = ("reason", "wait", "goodbye", "key_account", "closed", "busy", "leave_word", "call_back")


def test_the_first_example_is_a_whole_flow() -> None:
    flow, problems = examine(EXAMPLES[0].encode(), "manual", directory=None, known_queues=["sales", "support"])
    assert flow is not None
    assert problems == []


@pytest.mark.parametrize("example", STEPS, ids=lambda text: str(text.partition(":")[0]))
def test_each_step_of_the_manual_is_valid(example: str) -> None:
    name = example.partition(":")[0]
    lines = "".join(f"  {line}\n" for line in example.splitlines())
    others = "".join(f"  {target}: {{hangup: closed}}\n" for target in TARGETS if target != name)
    data = "data: {queue: sales, customer_number: '1', my_agent: ''}\n"
    hours = "hours: {office: {timezone: Europe/Berlin, open: [{days: mon, from: 8:00, to: 9:00}]}}\n"
    text = f"flow: x\n{data}{hours}start: {name}\nsteps:\n{lines}{others}"
    flow, problems = examine(text.encode(), "manual", directory=None)
    assert flow is not None, problems


def test_every_kind_of_step_has_an_example() -> None:
    assert len(STEPS) == len(model.KINDS)


def test_the_hours_of_the_manual_are_valid() -> None:
    example = next(text for text in EXAMPLES if text.startswith("hours:"))
    flow, problems = examine(
        f"flow: x\n{example}start: a\nsteps: {{a: {{hangup: closed}}}}\n".encode(), "manual", directory=None
    )
    assert flow is not None, problems
    assert isinstance(flow.hours["office"], OpeningHours)
    assert flow.hours["service"] == StoredHours(calendar="main")


def test_every_key_and_filter_is_in_the_manual() -> None:
    models: tuple[type[BaseModel], ...] = (
        model.Flow,
        model.Menu,
        model.Choice,
        model.Collect,
        model.Test,
        model.Condition,
        model.Announce,
    )
    models = (*models, model.Queue, model.WaitingKey, model.QueueStep, model.PreferredAgent, model.Hangup, StoredHours)
    models = (*models, followups.Voicemail, followups.Callback, followups.Transfer, followups.TransferStep)
    models = (*models, followups.Message, followups.Receiver, followups.Ticket, followups.Consent)
    keys = {info.alias or name for of in models for name, info in of.model_fields.items()}
    words = set(re.findall(r"[a-z0-9_]+", MANUAL)) | set(re.findall(r"customer\.[a-z]+", MANUAL))
    # `equals` is the long form of writing the text itself.
    assert (keys | set(FILTERS) | HOURS_FILTERS | model.BUILT_IN_DATA | set(model.EXITS)) - words == {"equals"}
