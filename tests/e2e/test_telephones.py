"""A real softphone with the line that the screen gives it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.e2e.baresip import Baresip
from tests.e2e.people import until_asked
from tests.e2e.server import Client, Server
from tests.e2e.tones import CALLER_HZ, write_tone


async def test_baresip_registers_with_its_line_and_is_cut_off_by_a_new_password(
    own_server: Server, tmp_path: Path
) -> None:
    # baresip 1.0 gives up for half a minute where SHA-256 is offered too.
    settings = own_server.folder / "config.toml"
    settings.write_text(settings.read_text().replace("[sip]", '[sip]\ndigest_algorithms = ["MD5"]'))
    await asyncio.to_thread(own_server.start)
    admin = await asyncio.to_thread(Client, own_server, "admin")
    made = await asyncio.to_thread(admin.post, "/telephones", {"name": "Lobby", "username": "e2e-lobby"})
    line = next(each["text"] for each in made["provisioning"]["files"] if each["program"].startswith("baresip"))
    microphone = tmp_path / "tone.wav"
    write_tone(microphone, CALLER_HZ, 5.0)
    phone = Baresip(tmp_path / "phone", microphone, "1", account=line)

    def registered() -> list[dict[str, str]]:
        contacts: list[dict[str, str]] = admin.get("/telephones/e2e-lobby")["contacts"]
        return contacts

    try:
        await phone.start()
        await until_asked(registered)
        (contact,) = registered()
        assert contact["user_agent"].startswith("baresip")
        await asyncio.to_thread(admin.post, "/telephones/e2e-lobby/password", {})
        assert registered() == []
    finally:
        await phone.stop()
