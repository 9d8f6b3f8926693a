"""A caller on a telephone is recognised: in the flow, in the offer, in the interaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contactcenter.app import App
from contactcenter.customers.settings import CustomerBody
from contactcenter.flows.interpreter import Session
from contactcenter.flows.model import Flow
from contactcenter.flows.parse import examine
from tests.fakes.center import Page, Telephone, populate, running, settings
from tests.fakes.waiting import until

FLOW = """
flow: main
language: en
data: {tier: normal}
start: who
steps:
  who:
    branch:
      - when: {data: {customer.vip: "yes"}}
        next: important
    else: wait
  important:
    set: {tier: "vip {customer.called}"}
    next: number
  number:
    collect:
      label: "Number"
      prompt: "Hello {customer.called} of {customer.organisation}, {customer.field.contract}"
      into: customer_number
      min_digits: 1
      max_digits: 1
      timeout_s: 0.3
      attempts: 1
    next: wait
    on_failure: wait
  wait:
    queue: {queue: sales}
    on_max_wait: sorry
    on_failure: sorry
  sorry:
    hangup: {outcome: overflowed}
"""


def customer(name: str, number: str, **values: Any) -> CustomerBody:
    return CustomerBody.model_validate({"name": name, "identities": [{"kind": "phone", "value": number}], **values})


def parsed(text: str) -> tuple[Flow | None, list[str]]:
    flow, problems = examine(text.encode(), "main.yaml", directory=None)
    return flow, [problem.message for problem in problems if problem.severity == "error"]


def test_flows_may_ask_who_is_calling() -> None:
    flow, problems = parsed(FLOW)
    assert problems == []
    assert flow is not None
    assert flow.asks_customer
    session = Session(flow, {"customer.vip": "yes", "customer.called": "Anna"})
    session.start(0.0)
    assert session.data["tier"] == "vip Anna"
    plain = Session(flow, {})
    plain.start(0.0)
    assert plain.data["tier"] == "normal"
    _, problems = parsed(FLOW.replace("customer.vip", "customer.vpi"))
    assert problems == ["nothing is called `customer.vpi`"]


async def test_a_known_caller_is_shown_and_written_down(tmp_path: Path) -> None:
    config = settings(tmp_path)
    (config.flows.dir / "main.yaml").write_text(FLOW)
    await populate(config)
    async with running(config) as app:
        made = await app.customers.make(customer("Anna Berg", "030 123456", vip=True, tags=["gold"]))
        async with Telephone(32600) as caller, Page(app, "anna") as anna:
            await anna.become_available()
            await caller.dial(app, caller="+4930123456")
            interaction = await anna.offer()
            await until(lambda: anna.collection("offers")[interaction]["customer"], "the customer in the offer")
            shown = anna.collection("offers")[interaction]["customer"]
            assert (shown["id"], shown["name"], shown["vip"]) == (made.id, "Anna Berg", True)
            await caller.hang_up()
            await until(lambda: len(app.calls) == 0, "the call is over")
            detail = await anna.get(f"/api/v1/customers/{made.id}/interactions")
            assert [row["id"] for row in detail["items"]] == [interaction]
        await _several_and_nobody(app, made.id)


async def _several_and_nobody(app: App, first: str) -> None:
    second = await app.customers.make(customer("Ben Berg", "+4930123456"))
    async with Telephone(32700) as caller, Page(app, "anna") as anna:
        await anna.become_available()
        await caller.dial(app, caller="030123456")
        interaction = await anna.offer()
        await until(lambda: len(anna.collection("offers")[interaction]["customers"]) == 2, "both in the offer")
        assert anna.collection("offers")[interaction]["customer"] is None, "the agent chooses"
        refused = await anna.command("work.customer", interaction_id=interaction, customer_id="nobody")
        assert refused["problem"]["status"] == 404
        await anna.act("work.customer", interaction_id=interaction, customer_id=second.id)
        await until(lambda: anna.collection("offers")[interaction]["customer"], "the chosen one")
        assert anna.collection("offers")[interaction]["customer"]["id"] == second.id
        async with Page(app, "ben") as ben:
            stranger = await ben.command("work.customer", interaction_id=interaction, customer_id=first)
            assert stranger["problem"]["status"] == 409
        await caller.hang_up()
        await until(lambda: len(app.calls) == 0, "the call is over")
        listed = await anna.get(f"/api/v1/customers/{second.id}/interactions")
        assert [row["id"] for row in listed["items"]] == [interaction]
