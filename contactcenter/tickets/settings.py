"""What tickets are set up with, over HTTP: what is taken and what is shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from acd.model import MAX_LEVEL, MIN_LEVEL
from contactcenter.api.fields import Id, Name, Ref, Settings, Text, Whole
from contactcenter.tickets.model import StateClass
from contactcenter.tickets.sla import ClockKind

PriorityWord = Literal["low", "medium", "high", "urgent"]
FieldType = Literal["text", "number", "date", "choice", "choices", "yes-no"]
Operator = Literal[
    "is",
    "is_not",
    "in",
    "not_in",
    "contains",
    "not_contains",
    "at_least",
    "at_most",
    "within",
    "empty",
    "filled",
]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z][a-z0-9_-]*)?$", max_length=80)]
FieldId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]
Scalar = str | float | bool | None


class Test(Settings):
    """One condition; `value` is a list for in and not_in, two moments for within (since the first, before the second;
    null: open on that side), and nothing for empty and filled."""

    field: FieldName
    op: Operator
    value: Scalar | Annotated[list[Scalar], Field(max_length=200)] = None


class Conditions(Settings):
    """Every test of `all` holds and, where there is one, at least one of `any`."""

    all: Annotated[list[Test], Field(max_length=50)] = Field(default=[])
    any: Annotated[list[Test], Field(max_length=50)] = Field(default=[])


class TransitionBody(Settings):
    """`sources` empty: from every state. `movers`: ids of roles, assignee, customer, rule; empty: all staff and rules.
    `required`: custom fields, category, assignee or team. `approver`: a role whose holder has to agree first."""

    target: Ref
    sources: Annotated[list[Ref], Field(max_length=100)] = Field(default=[])
    movers: Annotated[list[Ref], Field(max_length=50)] = Field(default=[])
    required: Annotated[list[Ref], Field(max_length=50)] = Field(default=[])
    approver: Ref | None = None


class FormField(Settings):
    """A custom field in the form of a type: `customer` is what the customer's form does with it."""

    field: FieldId
    required: bool = False
    customer: Literal["hidden", "shown", "required"] = "hidden"


class AskedSkill(Settings):
    """Whoever is offered the ticket by the routing engine has `skill` at `level` (1 to 5) or better."""

    skill: Ref
    level: Annotated[int, Field(ge=MIN_LEVEL, le=MAX_LEVEL)] = MIN_LEVEL


AskedSkills = Annotated[list[AskedSkill], Field(max_length=20)]


class StateBody(Settings):
    name: Name
    customer_name: Name
    state_class: StateClass
    position: Whole = 0
    retired: bool = False


class TypeBody(Settings):
    name: Name
    description: Text = ""
    initial_state: Ref
    priority: PriorityWord = "medium"
    queue_id: Ref | None = None
    team_id: Ref | None = None
    transitions: Annotated[list[TransitionBody], Field(max_length=200)]
    form: Annotated[list[FormField], Field(max_length=100)] = Field(default=[])
    close_after_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    for_customers: bool = True
    customer_mails: bool = True
    push: bool = False
    skills: AskedSkills = Field(default=[])
    position: Whole = 0
    retired: bool = False


class CategoryBody(Settings):
    name: Name
    parent_id: Ref | None = None
    skills: AskedSkills = Field(default=[])
    position: Whole = 0
    retired: bool = False


class FieldBody(Settings):
    name: Name
    help: Text = ""
    type: FieldType
    choices: Annotated[list[Name], Field(max_length=200)] = Field(default=[])
    position: Whole = 0
    retired: bool = False


Seconds = Annotated[float, Field(gt=0, le=366 * 86_400)]


class Step(Settings):
    """What happens when a clock has used up `percent` of its target: who hears of it, and what changes."""

    clock: ClockKind
    percent: Annotated[int, Field(ge=1, le=1000)]
    notify: Annotated[list[Ref], Field(max_length=50)] = Field(default=[])
    assign_user: Ref | None = None
    assign_team: Ref | None = None
    raise_priority: bool = False


class PolicyBody(Settings):
    """`targets` in seconds by priority and clock; `pauses` are ids of states; `calendar_id` None: around the clock.
    `notify` in `chain` takes ids of users, or assignee, team, leader, watchers."""

    name: Name
    position: Whole = 0
    conditions: Conditions = Conditions()
    targets: dict[PriorityWord, dict[ClockKind, Seconds | None]]
    pauses: Annotated[list[Ref], Field(max_length=100)] = Field(default=[])
    chain: Annotated[list[Step], Field(max_length=50)] = Field(default=[])
    calendar_id: Ref | None = None
    retired: bool = False


class StateOut(StateBody):
    id: str


class TypeOut(TypeBody):
    id: str


class CategoryOut(CategoryBody):
    id: str
    path: list[str]


class FieldOut(FieldBody):
    id: str


class PolicyOut(PolicyBody):
    id: str
    version: int


class SetUpOut(BaseModel):
    """Everything a form for tickets needs to know, in its order."""

    types: list[TypeOut]
    states: list[StateOut]
    categories: list[CategoryOut]
    fields: list[FieldOut]
    policies: list[PolicyOut]


class NewState(StateBody):
    id: Id | None = None


class NewType(TypeBody):
    id: Id | None = None


class NewCategory(CategoryBody):
    id: Id | None = None


class NewField(FieldBody):
    id: FieldId | None = None


class NewPolicy(PolicyBody):
    id: Id | None = None


def plain(document: BaseModel) -> dict[str, Any]:
    return document.model_dump(mode="json")
