"""The commands `contactcenter audit …`."""

from __future__ import annotations

import getpass
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from contactcenter.actor import Actor, acting
from contactcenter.audit.keys import AuditKeyError
from contactcenter.audit.trail import Trail, trail_of
from contactcenter.config import Config
from contactcenter.inspection import command
from contactcenter.inspection.queries import AuditFilter
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Settings file; without it ./config.toml if there is one.")
]
_PLACE = "The number of an entry, or a date such as 2026-05-01."


def operator() -> Actor:
    """Who sits at the command line, by the name the machine knows."""
    try:
        return Actor(kind="cli", name=getpass.getuser())
    except (KeyError, OSError):
        return Actor(kind="cli")


def audit_cli(
    config_of: Callable[[Path | None], Config], run: Callable[[Coroutine[Any, Any, None]], None]
) -> typer.Typer:
    """`config_of` reads the settings, `run` runs to the end; both say what an operator can mend."""
    cli = typer.Typer(help="The audit trail.", no_args_is_help=True)

    @cli.command("verify")
    def verify_command(
        first: Annotated[str | None, typer.Option("--from", help=_PLACE)] = None,
        last: Annotated[str | None, typer.Option("--to", help=_PLACE)] = None,
        config: ConfigFile = None,
    ) -> None:
        """Walk the chain and name the first entry that is changed, missing, moved or cut off (then exit code 1)."""
        try:
            places = command.place(first), command.place(last)
        except command.BadPlace as error:
            raise typer.BadParameter(str(error)) from None

        async def work(trail: Trail) -> None:
            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task("Verifying", total=None)
                verdict = await command.verified(
                    trail, *places, progress=lambda done, total: bar.update(task, completed=done, total=total)
                )
            typer.echo(command.told(verdict))
            if verdict.finding is not None:
                raise typer.Exit(1)

        run(_with_trail(config_of(config), work))

    @cli.command("export")
    def export_command(
        out: Annotated[Path | None, typer.Option(help="File to write; without it standard output.")] = None,
        as_csv: Annotated[bool, typer.Option("--csv/--jsonl", help="CSV, or one JSON object a line.")] = False,
        q: Annotated[str, typer.Option("--text", help="Part of a name, an id, an address or a document.")] = "",
        actor: Annotated[str | None, typer.Option(help="A user's id, or system, cli …")] = None,
        act: Annotated[str | None, typer.Option(help="queue.changed, or queue for all acts on queues.")] = None,
        subject: Annotated[str | None, typer.Option(help="queue:sales, or queue for all of them.")] = None,
        config: ConfigFile = None,
    ) -> None:
        """Write the trail out, oldest first, with its seals; that is recorded itself."""
        wanted = AuditFilter(q=q, actor=actor, act=act, subject=subject)

        async def work(trail: Trail) -> None:
            if out is None:
                await command.exported(trail, wanted, sys.stdout.buffer, as_csv=as_csv)
                return
            with out.open("wb") as file:
                count = await command.exported(trail, wanted, file, as_csv=as_csv)
            typer.echo(f"{count} entries are in {out}.")

        run(_with_trail(config_of(config), work))

    @cli.command("accept")
    def accept_command(
        reason: Annotated[str, typer.Option(help="Why the trail ends earlier than it did; it is recorded.")],
        config: ConfigFile = None,
    ) -> None:
        """After a backup was restored, with the server stopped: go on from where the trail is now."""

        async def work(trail: Trail) -> None:
            typer.echo(await command.accepted(trail, reason, time.time))

        run(_with_trail(config_of(config), work))

    return cli


async def _with_trail(config: Config, work: Callable[[Trail], Awaitable[None]]) -> None:
    await upgrade(config.database.url)
    database = Database(config.database.url)
    try:
        with acting(operator()):
            await work(trail_of(config, database))
    except (AuditKeyError, OSError) as error:
        Console(stderr=True, soft_wrap=True, markup=False, highlight=False).print(str(error), style="red")
        raise typer.Exit(1) from None
    finally:
        await database.stop()
