"""Flow files changed from a page: refused while broken, whole on the disk, kept as versions, guarded by their uses."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlalchemy import select

from contactcenter.actor import Actor, acting
from contactcenter.api.problems import Problem
from contactcenter.audit.models import AuditEntry
from contactcenter.flows.files import FlowFiles, NoSuchFile
from contactcenter.flows.interpreter import no_calendars
from contactcenter.flows.plugin import load
from contactcenter.flows.samples import SAMPLES, Sample, filled_in
from contactcenter.flows.set_up import FlowSetUp
from contactcenter.flows.settings import CheckBody, FlowUse, NewFlow, SavedFlow
from contactcenter.flows.store import FlowStore
from contactcenter.flows.uses import flow_use
from contactcenter.flows.versions import KEPT, difference
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from tests.fakes.api import served

MAIN = """flow: main
start: hello
steps:
  hello:
    say: Hello.
    next: over
  over:
    hangup: self_served
"""
ANN = Actor(kind="user", id="ann", name="Ann", address="127.0.0.1")


@dataclass
class Desk:
    folder: Path
    store: FlowStore
    flows: FlowSetUp
    database: Database
    numbers: list[tuple[str, str]]

    def file(self, name: str = "main.yaml") -> str:
        return (self.folder / name).read_text()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "main.yaml").write_text(MAIN)
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await upgrade(url)
    database = Database(url)
    numbers: list[tuple[str, str]] = []
    store = FlowStore(folder, known_queues=lambda: {"sales"}, known_calendars=lambda: {"office"})
    store.load_all()

    def uses(name: str) -> FlowUse:
        return flow_use(store, name, entry="main", numbers=numbers)

    flows = FlowSetUp(database, store, uses=uses, calendars=no_calendars, house=lambda: "O'Neill: {x}")
    with acting(ANN):
        yield Desk(folder, store, flows, database, numbers)
    await database.stop()


async def test_a_change_counts_at_once_and_the_disk_has_it(desk: Desk) -> None:
    read = await desk.flows.get("main.yaml")
    saved = await desk.flows.save("main.yaml", SavedFlow(text=MAIN.replace("Hello.", "Good day."), digest=read.digest))
    assert saved.state == "good"
    assert "Good day." in desk.file()
    assert "Good day." in str(desk.store.flow("main").steps["hello"])
    assert not [path for path in desk.folder.iterdir() if path.suffix == ".part"]
    with pytest.raises(Problem) as refused:
        await desk.flows.save("main.yaml", SavedFlow(text=MAIN, digest=read.digest))
    assert refused.value.type_slug == "changed-meanwhile"
    async with desk.database.session() as session:
        entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    assert [(entry.act, entry.actor_name) for entry in entries] == [("flow.saved", "Ann")]


async def test_a_broken_text_is_refused_with_its_line(desk: Desk) -> None:
    with pytest.raises(Problem) as refused:
        await desk.flows.save("main.yaml", SavedFlow(text=MAIN.replace("next: over", "next: ovr")))
    assert refused.value.status == 422
    assert "Line 6" in refused.value.detail
    assert "did you mean `over`" in refused.value.detail
    assert refused.value.extra["errors"][0]["field"] == "text:6:11"
    assert desk.file() == MAIN
    checked = desk.flows.check(CheckBody(text="flow: x\nstart: a\nsteps: {}\n"))
    assert checked.flow is None
    assert checked.problems


async def test_a_file_broken_on_the_disk_is_told_with_its_line(desk: Desk) -> None:
    (desk.folder / "main.yaml").write_text(MAIN + "  lost:\n    say: x\n")
    desk.store.poll()
    row = desk.flows.every().items[0]
    assert (row.state, row.flow, row.problems[0].line) == ("broken", "main", 9)
    (desk.folder / "main.yaml").unlink()
    desk.store.poll()
    assert desk.flows.every().items[0].state == "gone"
    assert (await desk.flows.get("main.yaml")).text == ""
    assert (await desk.flows.save("main.yaml", SavedFlow(text=MAIN))).state == "good"


async def test_versions_are_kept_told_apart_and_restored(desk: Desk) -> None:
    on_disk = MAIN.replace("Hello.", "By hand.")
    (desk.folder / "main.yaml").write_text(on_disk)
    desk.store.poll()
    for number in range(KEPT + 5):
        await desk.flows.save(
            "main.yaml", SavedFlow(text=MAIN.replace("Hello.", f"Hello {number}."), note=f"n{number}")
        )
    rows = (await desk.flows.versions("main.yaml")).items
    assert len(rows) == KEPT
    assert rows[0].current
    assert (rows[0].by, rows[0].note) == ("Ann", f"n{KEPT + 4}")
    shown = await desk.flows.version("main.yaml", rows[-1].id)
    changed = [line for line in shown.difference if line.what in ("added", "removed")]
    assert [(line.what, line.old or line.new) for line in changed] == [("removed", 5), ("added", 5)]
    await desk.flows.restore("main.yaml", rows[-1].id)
    assert desk.file() == shown.text
    assert (await desk.flows.versions("main.yaml")).items[0].note.startswith("restored from")
    for wrong in (999_999, rows[0].id):
        with pytest.raises(Problem, match="no such"):
            await desk.flows.version("other.yaml", wrong)


async def test_what_was_changed_by_hand_is_kept_before_it_is_written_over(desk: Desk) -> None:
    await desk.flows.save("main.yaml", SavedFlow(text=MAIN.replace("Hello.", "One.")))
    notes = [row.note for row in (await desk.flows.versions("main.yaml")).items]
    assert notes == ["", "changed on the disk"]


async def test_a_needed_flow_is_neither_removed_nor_renamed(desk: Desk) -> None:
    other = MAIN.replace("flow: main", "flow: other")
    await desk.flows.make(NewFlow(name="other", text=other), queue="", calendar="")
    desk.numbers.append(("+4930*", "other"))
    for act in (desk.flows.remove("main.yaml"), desk.flows.remove("other.yaml")):
        with pytest.raises(Problem) as refused:
            await act
        assert refused.value.type_slug == "in-use"
    with pytest.raises(Problem, match="needed"):
        await desk.flows.save("other.yaml", SavedFlow(text=other.replace("flow: other", "flow: third")))
    with pytest.raises(Problem, match="another file"):
        await desk.flows.save("other.yaml", SavedFlow(text=MAIN))
    desk.numbers.clear()
    await desk.flows.rename("other.yaml", "second.yml")
    assert (desk.folder / "second.yml").exists()
    assert len((await desk.flows.versions("second.yml")).items) == 1
    with pytest.raises(Problem, match="already"):
        await desk.flows.rename("second.yml", "main.yaml")
    await desk.flows.remove("second.yml")
    assert list(desk.store.names) == ["main"]
    latest = (await desk.flows.versions("second.yml")).items[0]
    await desk.flows.restore("second.yml", latest.id)
    assert list(desk.store.names) == ["main", "other"]


@pytest.mark.parametrize(
    "name", ["../main.yaml", "a/b.yaml", ".hidden.yaml", "main.txt", "..yaml", "a..yaml", "", "x\0.yaml"]
)
async def test_no_name_leads_out_of_the_folder(desk: Desk, name: str) -> None:
    with pytest.raises(Problem):
        await desk.flows.get(name)
    with pytest.raises(NoSuchFile):
        FlowFiles(desk.folder).write(name, "x")


async def test_a_link_out_of_the_folder_is_no_flow(desk: Desk, tmp_path: Path) -> None:
    outside = tmp_path / "secret.yaml"
    outside.write_text(MAIN)
    os.symlink(outside, desk.folder / "link.yaml")
    with pytest.raises(NoSuchFile):
        FlowFiles(desk.folder).read("link.yaml")


async def test_a_folder_that_cannot_be_written_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Problem) as refused:
        await desk.flows.save("main.yaml", SavedFlow(text=MAIN.replace("Hello.", "x")))
    assert refused.value.status == 503
    assert "No space left" in refused.value.detail
    assert desk.file() == MAIN
    assert (await desk.flows.versions("main.yaml")).items == []


async def test_two_saves_at_once_are_one_after_the_other(desk: Desk) -> None:
    texts = [MAIN.replace("Hello.", f"Hello {number}.") for number in range(4)]
    await asyncio.gather(*(desk.flows.save("main.yaml", SavedFlow(text=text)) for text in texts))
    assert desk.file() in texts
    assert [row.note for row in (await desk.flows.versions("main.yaml")).items].count("changed on the disk") == 1


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
async def test_every_sample_is_good(desk: Desk, sample: Sample) -> None:
    made = await desk.flows.make(NewFlow(name="yes", sample=sample.id), queue="sales", calendar="office")
    assert (made.state, made.flow) == ("good", "yes")
    assert made.picture[0].reached


@given(st.text(max_size=60), st.sampled_from(SAMPLES))
@effort(max_examples=60, deadline=None)
def test_no_name_of_a_house_breaks_a_sample(house: str, sample: Sample) -> None:
    store = FlowStore(Path("/nowhere"), known_queues=lambda: {"sales"}, known_calendars=lambda: {"office"})
    text = filled_in(sample, name="main", house=house, queue="sales", calendar="office")
    flow, problems = store.look(text, "main.yaml")
    assert flow is not None, problems


async def test_a_sample_asks_for_what_it_needs(desk: Desk) -> None:
    for sample, calendar, queue, field in (("hours", "", "sales", "calendar"), ("queue", "", "", "queue")):
        with pytest.raises(Problem) as refused:
            await desk.flows.make(NewFlow(name="new", sample=sample), queue=queue, calendar=calendar)
        assert refused.value.extra["field"] == field


LINES = st.lists(st.sampled_from("abc"), max_size=12)


@given(LINES, LINES)
@effort(max_examples=150, deadline=None)
def test_a_difference_leads_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    lines = difference("\n".join(old), "\n".join(new), around=100)
    if old == new:
        assert lines == []
        return
    assert [line.text for line in lines if line.what in ("same", "removed")] == old
    assert [line.text for line in lines if line.what in ("same", "added")] == new


async def test_over_http_a_flow_is_read_checked_tried_changed_and_compared(desk: Desk) -> None:
    plugin = load(desk.flows, desk.database, lambda: "sales", lambda: "")
    async with served(plugin.routes, plugin.permissions) as client:
        async with client.get("/api/v1/flows/main.yaml") as answer:
            flow = await answer.json()
        assert [step["name"] for step in flow["picture"]] == ["hello", "over"]
        changed = MAIN.replace("Hello.", "Good day.")
        body = {"text": changed, "digest": flow["digest"]}
        for status in (200, 409):
            async with client.put("/api/v1/flows/main.yaml", json=body) as answer:
                assert answer.status == status
        async with client.post("/api/v1/flow-checks", json={"text": "flow: x\nstart: y\n"}) as answer:
            assert (await answer.json())["problems"][0]["severity"] == "error"
        async with client.post("/api/v1/flow-trials", json={"text": changed}) as answer:
            assert (await answer.json())["outcome"] == "self_served"
        async with client.post("/api/v1/flow-trials", json={"text": "no"}) as answer:
            assert (answer.status, (await answer.json())["field"]) == (422, "text")
        async with client.get("/api/v1/flows/main.yaml/versions") as answer:
            newest, oldest = (await answer.json())["items"]
        async with client.get(f"/api/v1/flows/main.yaml/versions/{oldest['id']}") as answer:
            assert "added" in {line["what"] for line in (await answer.json())["difference"]}
        for path in ("/api/v1/flows/..%2Fmain.yaml", "/api/v1/flows/x.yaml", "/api/v1/flows/main.yaml/versions/x"):
            async with client.get(path) as answer:
                assert answer.status == 404
        filled = {"name": "main", "sample": "hours", "queue": "sales"}
        async with client.post("/api/v1/flow-samples/filled", json=filled) as answer:
            assert (answer.status, (await answer.json())["field"]) == (422, "calendar")
        async with client.post("/api/v1/flow-samples/filled", json={**filled, "sample": "queue"}) as answer:
            assert 'queue: "sales"' in (await answer.json())["text"]
    assert newest["current"]
