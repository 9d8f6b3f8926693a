"""`contactcenter config`: the set-up as files, exported, compared and applied."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from contactcenter.actor import acting
from contactcenter.app import App
from contactcenter.config import Config
from contactcenter.configuration.files import SUFFIX, Mistakes, rewritten
from contactcenter.configuration.plan import Plan, apply, export, ordered, plan
from contactcenter.configuration.remote import RemoteError, remote
from contactcenter.configuration.routes import PlanOut
from contactcenter.flows.problems import FlowError
from contactcenter.inspection.cli import operator
from contactcenter.routing.journal import CommandJournal
from contactcenter.routing.records import JournalError
from contactcenter.section import Section
from contactcenter.storage.migrations import upgrade

KEY_VARIABLE = "CONTACTCENTER_API_KEY"
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Settings file; without it ./config.toml if there is one.")
]
Folder = Annotated[Path, typer.Argument(help="Folder of the files, one a section.")]
Server = Annotated[
    str | None, typer.Option("--server", help="Address of a server that runs, as https://contact.example.com.")
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", help=f"File with an API key for --server; without it the variable {KEY_VARIABLE}."),
]
Prune = Annotated[bool, typer.Option("--prune", help="Remove what a file does not name.")]


class NotNow(Exception):  # noqa: N818 - a state of the world, not a fault
    """It cannot be done as things are; the text is a sentence."""


def config_cli(
    config_of: Callable[[Path | None], Config], run: Callable[[Coroutine[Any, Any, None]], None]
) -> typer.Typer:
    """`config_of` reads the settings, `run` runs to the end; both say what an operator can mend."""
    cli = typer.Typer(help="The set-up as files.", no_args_is_help=True)

    @cli.command("export")
    def export_command(
        folder: Folder, config: ConfigFile = None, server: Server = None, key_file: KeyFile = None
    ) -> None:
        """Write everything that is set up to YAML files; comments in files that are there stay."""

        async def work() -> None:
            present = await asyncio.to_thread(_texts, folder, missing_ok=True)
            if server is not None:
                async with remote(server, _key(key_file)) as there:
                    found = await there.export()
                texts = {name: rewritten(name, text, present.get(name, "")) for name, text in found.items()}
            else:
                async with _sections(config_of(config)) as (_, sections):
                    texts = await export(sections, present)
            await asyncio.to_thread(_write, folder, texts)
            typer.echo(f"{len(texts)} files are in {folder}.")

        run(_told(work()))

    @cli.command("diff")
    def diff_command(
        folder: Folder,
        prune: Prune = False,
        config: ConfigFile = None,
        server: Server = None,
        key_file: KeyFile = None,
    ) -> None:
        """Show what applying the files would change; exit code 2 when that is something."""

        async def work() -> None:
            texts = await asyncio.to_thread(_texts, folder)
            planned: Plan | PlanOut
            if server is not None:
                async with remote(server, _key(key_file)) as there:
                    planned = await there.plan(texts, prune=prune)
            else:
                async with _sections(config_of(config)) as (_, sections):
                    planned = await plan(sections, texts, prune=prune)
            _show(planned)
            if planned.changes:
                raise typer.Exit(2)

        run(_told(work()))

    @cli.command("apply")
    def apply_command(
        folder: Folder,
        prune: Prune = False,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        config: ConfigFile = None,
        server: Server = None,
        key_file: KeyFile = None,
    ) -> None:
        """Make everything as the files say, all or nothing: on a running --server, else with the server stopped."""

        async def work() -> None:
            texts = await asyncio.to_thread(_texts, folder)
            if server is not None:
                await _apply_there(server, _key(key_file), texts, prune=prune, yes=yes)
                return
            async with _sections(config_of(config), changing=True) as (app, sections):
                planned = await plan(sections, texts, prune=prune)
                _show(planned)
                if not planned:
                    return
                _ask(yes)
                with acting(operator()):
                    await apply(sections, planned, app.database, by=None)
            typer.echo(f"{len(planned.changes)} changes are applied.")

        run(_told(work()))

    return cli


async def _apply_there(server: str, key: str, texts: dict[str, str], *, prune: bool, yes: bool) -> None:
    async with remote(server, key) as there:
        planned = await there.plan(texts, prune=prune)
        _show(planned)
        if not planned.changes:
            return
        _ask(yes)
        done = await there.apply(texts, prune=prune)
    typer.echo(f"{len(done.changes)} changes are applied.")


def _ask(yes: bool) -> None:
    if not yes and not typer.confirm("Apply?"):
        raise typer.Exit(1)


def _key(file: Path | None) -> str:
    """Never an argument: those of a running command everybody can read. Raises NotNow, OSError."""
    key = (os.environ.get(KEY_VARIABLE, "") if file is None else file.read_text("utf-8")).strip()
    if not key or not key.isascii() or not key.isprintable():
        raise NotNow(f"Put an API key with the permission configuration.manage into {KEY_VARIABLE} or --key-file.")
    return key


@asynccontextmanager
async def _sections(config: Config, *, changing: bool = False) -> AsyncIterator[tuple[App, Sequence[Section]]]:
    """The sections over the services of a server that does not serve. `changing`: keep one from starting meanwhile."""
    journal = CommandJournal(config.routing.journal_dir)
    if changing:
        try:
            journal.open()
        except JournalError:
            raise NotNow("The server runs, and would not see what is changed here: stop it first.") from None
    try:
        await upgrade(config.database.url)
        app = App(config)
        try:
            await app.database.start()
            await app.vault.start()
            await app.calendars.reload()
            await app.queues.reload()
            with suppress(FlowError):
                # Flows that lead to queues of the files have errors until these are applied.
                app.flows.load_all()
            await app.agents.reload()
            yield app, ordered(section for plugin in app.plugins for section in plugin.configuration)
        finally:
            await app.stop()
    finally:
        journal.close()


async def _told(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (Mistakes, NotNow, RemoteError) as error:
        sentence = str(error)
    except OSError as error:
        sentence = f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
    else:
        return
    Console(stderr=True, soft_wrap=True, markup=False, highlight=False).print(sentence, style="red")
    raise typer.Exit(1)


def _texts(folder: Path, *, missing_ok: bool = False) -> dict[str, str]:
    """The YAML files of the folder by name. Raises NotNow or OSError."""
    if not folder.is_dir():
        if missing_ok:
            return {}
        raise NotNow(f"There is no folder {folder}.")
    try:
        return {path.name: path.read_text("utf-8-sig") for path in sorted(folder.glob(f"*{SUFFIX}"))}
    except UnicodeDecodeError as error:
        raise NotNow(f"A file in {folder} is not UTF-8 text: {error.reason} at byte {error.start}.") from None


def _write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        part = folder / f"{name}.part"
        part.write_text(text, "utf-8")
        part.replace(folder / name)


def _show(planned: Plan | PlanOut) -> None:
    if planned.changes:
        table = Table("", "Section", "Id", "Fields", box=None)
        for change in planned.changes:
            table.add_row(change.what, change.section, change.id, ", ".join(change.fields))
        Console(soft_wrap=True, markup=False, highlight=False).print(table)
    else:
        typer.echo("Nothing would change.")
    if planned.kept:
        typer.echo(f"{planned.kept} that no file names stay; --prune removes them.")
