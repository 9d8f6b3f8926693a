"""`contactcenter demo`: the server with demo data, and callers that keep ringing in."""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

import contactcenter
from contactcenter.app import App
from contactcenter.bus import Bus
from contactcenter.config import Config
from contactcenter.configured import vault
from contactcenter.demo.load import spawn
from contactcenter.demo.portal import CUSTOMER
from contactcenter.demo.seed import Demo, demo_password, seed
from contactcenter.identity.service import Identity
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.tickets.demo import seed_tickets


async def run_demo(config: Config, listen_for_stop: Callable[[], asyncio.Event]) -> None:
    stop = listen_for_stop()
    await asyncio.to_thread(provide_flows, config.flows.dir)
    demo = await _prepare(config)
    server = App(config)
    await server.start()
    try:
        _announce(server, demo, config)
        load = await spawn(
            http=f"{'https' if config.http.tls else 'http'}://127.0.0.1:{server.http_port}",
            certificate=Path(config.http.tls_certificate) if config.http.tls else None,
            sip=f"127.0.0.1:{server.user_agent.port}",
            number=server.number,
            demo=demo,
            callers_per_minute=config.demo.callers_per_minute,
            speech_dir=config.media.speech_dir,
        )
        try:
            await stop.wait()
        finally:
            await load.stop()
    finally:
        await server.stop()


def provide_flows(folder: Path) -> None:
    """Without a folder of flows, start from those that come with the product; what is there is never touched."""
    package = Path(contactcenter.__file__).parent
    shipped = [package / "starter_flows", package.parent / "ivr_flows"]
    source = next((path for path in shipped if path.is_dir()), None)
    if source is not None and not folder.exists():
        shutil.copytree(source, folder)


async def _prepare(config: Config) -> Demo:
    await upgrade(config.database.url)
    database, bus = Database(config.database.url), Bus()
    try:
        identity = Identity(database, bus, password_min_length=config.identity.password_min_length)
        password = demo_password(config.demo.password, Path("var"))
        keys = vault(config, database)
        await keys.start()
        demo = await seed(database, identity, keys, password, config.demo.agents, config.sip.realm)
        await seed_tickets(database, bus, number=config.tickets.number, now=time.time())
        return demo
    finally:
        await bus.close()
        await database.stop()


def _announce(server: App, demo: Demo, config: Config) -> None:
    url = server.page_url
    console = Console(soft_wrap=True, highlight=False)
    console.print()
    console.print("[bold]The contact center is running.[/bold] Ctrl-C stops it.")
    console.print(f"  Agent desktop   {url}/workspace")
    console.print(f"  Wallboard       {url}/live")
    console.print(f"  Interactions    {url}/interactions")
    console.print(f"  Portal          {url}/portal   ({CUSTOMER}, the same password)")
    console.print(f"  API             {url}/api/docs")
    console.print(f"  Callers dial    {server.sip_address}   (any SIP phone, UDP or TCP)")
    console.print()
    table = Table("Sign in as", "Password", "Name", "Role", box=None, padding=(0, 2))
    for person in demo.people:
        table.add_row(person.email, demo.password, person.name, person.role)
    console.print(table)
    rate = config.demo.callers_per_minute
    console.print()
    console.print(
        f"  {rate:g} synthetic callers a minute ring in and {config.demo.agents} synthetic agents take calls with you."
    )
    console.print("  Other rates: contactcenter demo --callers 12 --agents 5, or \\[demo] in config.toml.")
    console.print()
