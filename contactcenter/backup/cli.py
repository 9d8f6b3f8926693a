"""The commands `contactcenter backup`, `restore` and `verify`."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from contactcenter.actor import Actor, acting
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note
from contactcenter.backup import make as making
from contactcenter.backup import restore as restoring
from contactcenter.backup.acts import BACKUP_MADE, BACKUP_RESTORED
from contactcenter.backup.archive import Keys
from contactcenter.backup.command import keys_of
from contactcenter.backup.contents import contents_of, document
from contactcenter.backup.entries import Manifest
from contactcenter.backup.errors import BackupError
from contactcenter.backup.make import Progress, Told
from contactcenter.backup.places import places_of
from contactcenter.backup.schedule import name_at
from contactcenter.config import Config
from contactcenter.storage.database import Database
from contactcenter.vault.sources import MasterSource

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Settings file; without it ./config.toml if there is one.")
]
Archive = Annotated[Path, typer.Argument(help="File of the backup.", exists=True, dir_okay=False)]
Asked = Annotated[
    bool, typer.Option("--passphrase", help="Read a passphrase from standard input that opens it as well.")
]


def add_commands(
    app: typer.Typer,
    config_of: Callable[[Path | None], Config],
    run: Callable[[Coroutine[Any, Any, None]], None],
    source_of: Callable[[Config], MasterSource],
    product: Callable[[], str],
    operator: Callable[[], Actor],
) -> None:
    """`config_of` reads the settings, `run` runs to the end; both say what an operator can mend."""

    @app.command("backup")
    def backup_command(
        target: Annotated[
            Path | None, typer.Argument(help="File to write, or a folder; without it [backup] dir.")
        ] = None,
        ask: Asked = False,
        config: ConfigFile = None,
    ) -> None:
        """Write database, recordings, flows, routing journal and settings to one encrypted file; the server may run."""
        settings = config_of(config)
        file = _file(target, settings.backup.dir, time.time())

        async def work() -> None:
            keys = _keys(settings, source_of(settings), ask, to_make=True)
            with _bar("Backing up") as told:
                places = places_of(settings, _settings_file(config))
                manifest = await making.make(file, places, keys, product=product(), now=time.time(), told=told)
            held = document(contents_of(manifest), file.stat().st_size)
            await _note(settings, operator(), Act(kind=BACKUP_MADE, subject=Subject("backup", file.name), after=held))
            typer.echo(f"{file} holds {_told(manifest)}.")
            _warn_of_master(manifest, keys)

        run(_sentences(work()))

    @app.command("restore")
    def restore_command(
        archive: Archive,
        force: Annotated[
            bool, typer.Option("--force", help="Move aside what is there; tables of PostgreSQL are dropped.")
        ] = False,
        ask: Asked = False,
        config: ConfigFile = None,
    ) -> None:
        """Put a backup where the settings want things, into an empty place. The server must not run."""
        settings = config_of(config)

        async def work() -> None:
            keys = _keys(settings, source_of(settings), ask, to_make=False)
            with _bar("Restoring") as told:
                places = places_of(settings, _settings_file(config))
                done = await restoring.restore(archive, keys, places, now=time.time(), force=force, told=told)
            await _note(settings, operator(), Act(kind=BACKUP_RESTORED, subject=Subject("backup", archive.name)))
            typer.echo(f"Restored: {_told(done.manifest)}, as of {done.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC.")
            for path in done.aside:
                typer.echo(f"What was there is in {path} now.")
            if done.settings is not None:
                typer.echo(f"The settings of then are in {done.settings}.")
            _warn_of_master(done.manifest, keys)
            if not (settings.media.recordings_dir.parent / "privacy" / "erased.jsonl").exists():
                typer.echo(
                    "Who was forgotten since then is not known here: copy the folder privacy from the place where the "
                    "data was, before the server starts."
                )

        run(_sentences(work()))

    @app.command("verify")
    def verify_command(
        archive: Archive,
        database: Annotated[
            str | None, typer.Option(help="URL of an empty PostgreSQL database to load a backup of one into.")
        ] = None,
        ask: Asked = False,
        config: ConfigFile = None,
    ) -> None:
        """Restore a backup into a temporary place and compare everything with what it says it holds."""
        settings = config_of(config)

        async def work() -> None:
            keys = _keys(settings, source_of(settings), ask, to_make=False)
            with _bar("Verifying") as told:
                manifest = await restoring.verify(archive, keys, told=told, url=database)
            made = f"made {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC by version {manifest.product}"
            typer.echo(f"The backup is whole: {_told(manifest)}, {made}.")
            _warn_of_master(manifest, keys)

        run(_sentences(work()))


def _file(target: Path | None, folder: str, now: float) -> Path:
    if target is None:
        if not folder:
            raise typer.BadParameter("Name a file or a folder, or set [backup] dir.")
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
    return target / name_at(now) if target.is_dir() else target


def _settings_file(given: Path | None) -> Path | None:
    here = Path("config.toml")
    return given or (here if here.exists() else None)


def _keys(config: Config, source: MasterSource, ask: bool, *, to_make: bool) -> Keys:
    return keys_of(config, source, _passphrase() if ask else "", to_make=to_make)


def _passphrase() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Passphrase", hide_input=True))
    return sys.stdin.readline().rstrip("\r\n")


async def _note(config: Config, actor: Actor, act: Act) -> None:
    database = Database(config.database.url)
    try:
        with acting(actor):
            await note(database, act)
    finally:
        await database.stop()


async def _sentences(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except BackupError as error:
        sentence = str(error)
    except OSError as error:
        sentence = f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
    else:
        return
    Console(stderr=True, soft_wrap=True, markup=False, highlight=False).print(sentence, style="red")
    raise typer.Exit(1)


@contextmanager
def _bar(title: str) -> Iterator[Told]:
    loop = asyncio.get_running_loop()
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def show(progress: Progress) -> None:
            loop.call_soon_threadsafe(lambda: bar.update(task, completed=progress.done, total=progress.total))

        yield show


def _told(manifest: Manifest) -> str:
    octets = sum(entry.size for entry in manifest.entries)
    files = sum(not entry.name.startswith("database/") for entry in manifest.entries)
    return f"{sum(manifest.tables.values())} rows and {files} files ({octets / 1e6:.1f} MB)"


def _warn_of_master(manifest: Manifest, keys: Keys) -> None:
    """The one thing that is not in it, and without which recordings and secrets stay shut."""
    console = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)
    given = {key.id for key in keys.masters}
    for master in manifest.masters:
        text = f"THE MASTER KEY {master} IS NOT IN THE BACKUP."
        console.print(f"{text} Without it recordings and secrets in it cannot be read: keep a copy elsewhere.")
        if master not in given:
            console.print("It is not here either: put it in place ([vault]) before the server starts.", style="red")
