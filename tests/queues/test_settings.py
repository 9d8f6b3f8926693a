"""Whatever JSON is sent as a queue's settings: it is kept as it was given, or refused, and nothing else happens."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from acd.model import AllOf, AnyOf, Expression, Not, QueueConfig, SkillRequirement
from contactcenter.api.problems import Problem
from contactcenter.queues.dry_run import check_queue
from contactcenter.queues.fields import ID_LENGTH, slug
from contactcenter.queues.models import Queue
from contactcenter.queues.settings import NewQueue, columns, queue_config, settings_of, skills_in

SKILLS = st.sampled_from(["english", "german", "sales", "日本"])
LEAVES = st.builds(SkillRequirement, SKILLS, st.integers(1, 5))
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: AllOf(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: AnyOf(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["skill", "all", "any", "not", "english", "queue", "max-wait", "off"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "of", "skill", "level", "after_s", "drop", "reach", "cause", "to", "kind", "limit"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.lists(EXPRESSIONS, max_size=3))
def test_an_expression_is_kept_as_it_was_given(expressions: list[Expression]) -> None:
    sent = msgspec.json.encode({"name": "Q", "required_skills": expressions})
    row = Queue(id="q", **columns(NewQueue.model_validate_json(sent)))
    assert queue_config(row).required_skills == tuple(expressions)
    again = settings_of(row, []).model_dump_json(include={"required_skills"})
    assert json.loads(again)["required_skills"] == json.loads(msgspec.json.encode(expressions))
    assert set(skills_in(expressions)) <= {"english", "german", "sales", "日本"}


@given(st.sampled_from(sorted(NewQueue.model_fields)), ODD)
def test_odd_values_are_refused_or_work(field: str, value: Any) -> None:
    sent = json.dumps({"name": "Q", **{field: value}}).encode()
    try:
        body = NewQueue.model_validate_json(sent)
        config = queue_config(Queue(id="q", **columns(body)))
        check_queue(config, [])
    except ValidationError:
        refused = (422, field)
    except Problem as problem:
        refused = (problem.status, problem.extra["field"].split(".")[0])
    else:
        assert isinstance(config, QueueConfig)
        return
    assert refused == (422, field)


@given(st.text(max_size=300), st.sets(st.text(max_size=5)))
def test_an_id_made_from_any_name_is_a_new_one(name: str, taken: set[str]) -> None:
    first = slug(name, taken)
    second = slug(name, taken | {first})
    assert first not in taken
    assert second not in taken | {first}
    assert 0 < len(first) <= len(second) <= ID_LENGTH
    assert all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in second)
