"""Erased means: the words are found nowhere, in no table and in no file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from contactcenter.api.problems import Problem
from contactcenter.customers.settings import CustomerBody, NoteBody
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.privacy import ERASED
from contactcenter.privacy.settings import HoldBody, InteractionsHeld, RequestBody, SubjectBody
from tests.privacy.house import House, house

CARA, DAN = "+4930123456", "+4930999999"
WORDS = ("Cara", "cara", "30123456", "carla-cat", "Secret of a", "Word of a", "Typed by a", "Caller a")


def of(number: str) -> SubjectBody:
    return SubjectBody.model_validate({"identities": [{"kind": "phone", "value": number}]})


def asked(number: str, reason: str = "") -> RequestBody:
    return RequestBody(subject=of(number), reason=reason)


async def fill(center: House) -> str:
    """Cara called twice, from a number written in different ways, and is a customer; Dan is somebody else."""
    cara = await center.customers.make(
        CustomerBody.model_validate(
            {
                "kind": "person",
                "name": "Cara Caller",
                "identities": [
                    {"kind": "phone", "value": "030 123456"},
                    {"kind": "email", "value": "carla-cat@example.com"},
                ],
            }
        )
    )
    await center.customers.note(cara.id, NoteBody(text="Cara has a cat"))
    await center.call("a1", CARA)
    await center.call("a2", "030123456", customer_id=cara.id)
    await center.call("a3", "004930123456", recorded=False)
    await center.call("d1", DAN)
    center.reject({"id": "a4", "caller_address": "030 12 34 56", "note": "Secret of a4"})
    center.reject({"interaction_id": "a4", "data": {"value": "Typed by a4"}}, "interaction_events")
    center.reject({"id": "d2", "caller_address": DAN})
    (center.folder / "speech").mkdir()
    (center.folder / "speech" / "1.wav").write_bytes(b"Good morning Cara")
    return cara.id


async def test_words_of_an_erased_person_are_found_nowhere(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        await fill(center)
        before = await center.everything()
        for word in WORDS:
            assert word in before, word
        export = await center.privacy.requests.ask("export", asked(CARA))
        await center.privacy.runner.run_waiting()
        center.pass_days(0.1)
        request = await center.privacy.requests.ask("erase", asked("030/123456", "Cara asked by mail"))
        assert request.counts == {"customers": 1, "interactions": 3, "recordings": 2}
        await center.privacy.runner.run_waiting()
        done = await center.privacy.requests.one(request.id)
        assert (done.state, done.subject, done.problem) == ("done", None, None)
        assert done.done == {"customers": 1, "interactions": 3, "recordings": 2}
        after = await center.everything()
        for word in WORDS:
            assert word not in after, word
        assert not list(center.folder.rglob(f"{export.id}*"))
        assert not [path.name for path in center.files.folder.iterdir() if path.name.startswith("a")]
        for word in ("Caller d1", "Secret of d1", DAN, "d1.wav.sealed", "d2"):
            assert word in after, word


async def test_figures_stay(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        await fill(center)
        center.pass_days(0.1)
        await center.privacy.requests.ask("erase", asked(CARA))
        await center.privacy.runner.run_waiting()
        async with center.database.session() as session:
            row = await session.get(Interaction, "a1")
        assert row is not None
        assert (row.caller_address, row.talk_s, row.queue_id, row.agent_id) == (ERASED, 7.0, "sales", "anna")


async def test_who_calls_again_is_known_again_until_he_asks_again(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        await fill(center)
        center.pass_days(0.1)
        await center.privacy.requests.ask("erase", asked(CARA))
        await center.privacy.runner.run_waiting()
        center.pass_days(1)
        await center.call("a9", CARA)
    async with house(tmp_path, now=center.now) as center:
        assert "Secret of a9" in await center.everything()
        await center.privacy.requests.ask("erase", asked(CARA))
        await center.privacy.runner.run_waiting()
        assert "Secret of a9" not in await center.everything()


async def test_a_restored_backup_forgets_again_at_its_start(tmp_path: Path) -> None:
    async with house(tmp_path / "run") as center:
        await fill(center)
    shutil.copytree(tmp_path / "run", tmp_path / "backup")
    async with house(tmp_path / "run", now=center.now + 100) as center:
        await center.privacy.requests.ask("erase", asked(CARA))
        await center.privacy.runner.run_waiting()
    for name in ("cc.db", "recordings", "journal-rejected.jsonl"):
        old, new = tmp_path / "backup" / name, tmp_path / "run" / name
        if old.is_dir():
            shutil.rmtree(new)
            shutil.copytree(old, new)
        else:
            shutil.copy(old, new)
    async with house(tmp_path / "run", now=center.now + 100) as center:
        after = await center.everything()
        for word in WORDS:
            assert word not in after, word
        assert "Secret of d1" in after
        # Once is enough: the database knows it again.
        assert await center.privacy.requests.every() is not None
        assert center.privacy.ground.memory.until


async def test_a_hold_keeps_a_person_until_it_is_released(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        await fill(center)
        hold = await center.privacy.holds.set(HoldBody(reason="A lawsuit.", subject=of(CARA)))
        with pytest.raises(Problem, match="legal hold: A lawsuit"):
            await center.privacy.requests.ask("erase", asked(CARA))
        await center.privacy.holds.release(hold.id)
        filter_ = InteractionsHeld(interaction="a1")
        other = await center.privacy.holds.set(HoldBody(reason="Complaint.", interactions=filter_))
        assert [each.id for each in (await center.privacy.holds.of_interaction("a1")).items] == [other.id]
        assert (await center.privacy.holds.of_interaction("a2")).items == []
        preview = await center.privacy.requests.preview(of(CARA))
        assert preview.blocked is not None
        assert "1 of interactions" in preview.blocked
        await center.privacy.holds.release(other.id)
        assert (await center.privacy.requests.preview(of(CARA))).blocked is None


async def test_a_hold_set_after_asking_blocks_until_released(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        await fill(center)
        request = await center.privacy.requests.ask("erase", asked(CARA))
        hold = await center.privacy.holds.set(HoldBody(reason="A lawsuit.", subject=of(CARA)))
        await center.privacy.runner.run_waiting()
        assert (await center.privacy.requests.one(request.id)).state == "blocked"
        assert "Secret of a1" in await center.everything()
        await center.privacy.holds.release(hold.id)
        await center.privacy.runner.run_waiting()
        assert (await center.privacy.requests.one(request.id)).state == "done"


async def test_who_is_talking_is_forgotten_afterwards(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        await fill(center)
        center.live.add("a1")
        request = await center.privacy.requests.ask("erase", asked(CARA))
        await center.privacy.runner.run_waiting()
        waiting = await center.privacy.requests.one(request.id)
        assert waiting.state == "waiting"
        assert "goes on" in (waiting.problem or "")
        center.live.clear()
        await center.privacy.runner.run_waiting()
        assert (await center.privacy.requests.one(request.id)).state == "done"


@pytest.mark.parametrize("value", ["anonymous", "Unknown", "erased"])
async def test_what_many_are_shown_as_is_nobody(tmp_path: Path, value: str) -> None:
    async with house(tmp_path) as center:
        body = SubjectBody.model_validate({"identities": [{"kind": "handle", "channel": "sip", "value": value}]})
        with pytest.raises(Problem) as refused:
            await center.privacy.requests.preview(body)
        assert refused.value.extra["field"] == "subject.identities.0.value"


async def test_nobody_named_is_refused_with_the_field(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        with pytest.raises(Problem) as refused:
            await center.privacy.requests.preview(SubjectBody())
        assert refused.value.extra["field"] == "subject.identities"
