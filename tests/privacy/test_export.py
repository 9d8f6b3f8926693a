"""What a person gets: everything, in a file for programs and one for people, with the recordings opened."""

from __future__ import annotations

import io
import json
import wave
import zipfile
from pathlib import Path

from contactcenter.privacy.exporting import context_of, file_of, report
from contactcenter.privacy.settings import RequestBody
from contactcenter.vault.files import SealedFile
from tests.privacy.house import House, house
from tests.privacy.test_erasure import CARA, asked, fill


async def made(center: House, body: RequestBody) -> tuple[str, zipfile.ZipFile]:
    request = await center.privacy.requests.ask("export", body)
    await center.privacy.runner.run_waiting()
    done = await center.privacy.requests.one(request.id)
    assert (done.state, done.problem) == ("done", None)
    path = file_of(center.privacy.ground.folder, request.id)
    with SealedFile(center.vault.keyring, path, context_of(request.id)) as sealed:
        return request.id, zipfile.ZipFile(io.BytesIO(sealed.read() or b""))


async def test_everything_about_a_person_and_nothing_about_others(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        await fill(center)
        _, archive = await made(center, asked(CARA))
        assert sorted(archive.namelist()) == ["data.json", "recordings/a1.wav", "recordings/a2.wav", "report.html"]
        data = json.loads(archive.read("data.json"))
        assert data["format"] == "contactcenter-subject-export/1"
        assert [each["id"] for each in data["data"]["interactions"]] == ["a1", "a2", "a3"]
        assert data["data"]["interactions"][0]["events"][1]["data"]["value"] == "Typed by a1"
        assert data["data"]["customers"][0]["notes"][0]["text"] == "Cara has a cat"
        page = archive.read("report.html").decode()
        assert "Secret of a1" in page
        for other in ("of d1", "by d1", "999999"):
            assert other not in archive.read("data.json").decode()
            assert other not in page
        with wave.open(io.BytesIO(archive.read("recordings/a1.wav"))) as file:
            assert (file.getnframes(), file.getnchannels()) == (800, 2)


async def test_it_lies_sealed_and_goes_after_a_week(tmp_path: Path) -> None:
    async with house(tmp_path) as center:
        await fill(center)
        request_id, _ = await made(center, asked(CARA))
        (path,) = (center.folder / "privacy" / "exports").iterdir()
        assert b"Secret of a1" not in path.read_bytes()
        assert not zipfile.is_zipfile(path)
        center.pass_days(6.9)
        await center.privacy.runner.expire()
        assert path.exists()
        center.pass_days(0.2)
        await center.privacy.runner.expire()
        assert not path.exists()
        assert (await center.privacy.requests.one(request_id)).state == "expired"


def test_the_page_shows_what_was_written_as_text() -> None:
    page = report({"made_at": "now"}, {"x": [{"note": "<script>alert(1)</script>", "deep": [{"a": 1}]}]}, {"x": "X"})
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
