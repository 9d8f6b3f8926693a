"""The whole server with a trunk: a call comes in by it, another is placed through it, audio both ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from contactcenter.app import App
from contactcenter.channels.sip_line import SipLine
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.storage.database import Database
from contactcenter.trunks.dialplan import Refusal
from contactcenter.trunks.models import CalledNumber, TrunkRow
from contactcenter.trunks.settings import TrunkSettings
from media.events import DigitReceived, MediaEvent
from tests.fakes.center import Telephone, populate, running, settings
from tests.fakes.waiting import until

SALES = """
flow: sales
language: en
start: ask
steps:
  ask:
    say: Welcome to sales.
    next: bye
  bye:
    hangup:
"""


def keys(events: list[MediaEvent], leg: str) -> list[str]:
    return [event.digit for event in events if isinstance(event, DigitReceived) and event.leg_id == leg]


async def set_up(folder: Path, *, port: int, **changes: Any) -> App:
    """A server that knows one trunk by address, at this port of this machine, and its number 030 555."""
    config = settings(folder, sip={"host": "127.0.0.1", "port": 0, "unknown_callers": "refuse"})
    (folder / "ivr_flows" / "sales.yaml").write_text(SALES.lstrip())
    await populate(config)
    trunk = {
        "name": "Main",
        "kind": "by-address",
        "host": "127.0.0.1",
        "port": port,
        "addresses": ["127.0.0.1"],
        "allowed": ["+49"],
        "number_format": "national",
        "codecs": ["PCMA"],
        "options_s": 0,
    }
    database = Database(config.database.url)
    async with database.transaction() as session:
        row = TrunkSettings.model_validate(trunk | changes).model_dump(mode="json")
        session.add(TrunkRow(id="main", settings=row))
        await session.flush()
        session.add(CalledNumber(id="sales", pattern="+4930555", flow="sales", trunk_id="main"))
    await database.stop()
    return App(config)


async def test_a_call_by_the_trunk_reaches_the_flow_of_its_number(tmp_path: Path) -> None:
    async with Telephone(33000) as phone:
        app = await set_up(tmp_path, port=phone.agent.port)
        async with running(app.config) as center:
            await phone.dial(center, "030555", caller="0891234567")
            await until(lambda: phone.over.is_set() or phone.rejected, "the flow's end")
            assert phone.rejected is None
            await center.journal.flush()
            async with center.database.session() as session:
                call = (await session.scalars(select(Interaction))).one()
                events = (await session.scalars(select(InteractionEvent).order_by(InteractionEvent.id))).all()
            assert (call.caller_address, call.outcome) == ("+49891234567", "self_served")
            assert events[0].data == {"number": "+4930555", "trunk": "main"}
            await phone.hang_up()
            await phone.dial(center, "030777")
            await until(lambda: phone.rejected, "the refusal")
            assert phone.rejected == 404


async def test_a_call_is_placed_through_the_trunk_and_heard_both_ways(tmp_path: Path) -> None:
    async with Telephone(33100) as phone:
        app = await set_up(tmp_path, port=phone.agent.port)
        async with running(app.config) as center:
            heard: list[MediaEvent] = []
            center.plane.subscribe(heard.append)
            line, ended = SipLine(center.plane, "outside", center.tasks), list[str]()
            line.on_ended = ended.append
            answered = list[bool]()
            line.on_answered = lambda: answered.append(True)
            placed = await center.trunks.place(line, "+49 30 123456", shown="+4930555")
            assert not isinstance(placed, Refusal)
            await until(phone.ringing.is_set, "ringing")
            assert phone.call is not None
            assert phone.call.request_uri_user == "030123456"
            assert phone.call.remote_number == "030555"
            await phone.pick_up()
            await until(lambda: answered, "the answer")
            await center.plane.send_digits("outside", "7")
            await phone.plane.send_digits("line", "5")
            await until(lambda: "5" in keys(heard, "outside"), "a key of the other side")
            await until(lambda: "7" in keys(phone.media_events, "line"), "our key there")
            await phone.hang_up()
            await until(lambda: ended == ["bye"], "the end")
            await line.close()
            assert center.user_agent.calls_on("main") == 0
