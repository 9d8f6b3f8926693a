"""The command `contactcenter`."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from contactcenter import logs, vault_command
from contactcenter.addresses import StartError, page_url
from contactcenter.app import App
from contactcenter.audit.keys import AuditKeyError
from contactcenter.backup.cli import add_commands as add_backup_commands
from contactcenter.config import Config, ConfigError
from contactcenter.config_command import config_cli
from contactcenter.config_file import load
from contactcenter.configured import master_source
from contactcenter.flows.cli import flow_cli, render, source_of
from contactcenter.flows.problems import FlowError
from contactcenter.flows.store import UnknownFlow
from contactcenter.garbage import keep_looks_short
from contactcenter.identity.doors import passwords_of
from contactcenter.identity.operator import Operator, operating
from contactcenter.identity.service import IdentityError
from contactcenter.inspection.cli import audit_cli, operator
from contactcenter.moments import UnknownZone, live_in
from contactcenter.parts import product_version
from contactcenter.permissions import Role
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.storage.migrations import current, head, upgrade
from contactcenter.vault.errors import VaultError

app = typer.Typer(
    help="A real-time contact center with telephony.", no_args_is_help=True, pretty_exceptions_enable=False
)
user_cli = typer.Typer(help="People who sign in.", no_args_is_help=True)
db_cli = typer.Typer(help="The database.", no_args_is_help=True)
vault_cli = typer.Typer(help="The keys that seal secrets and recordings.", no_args_is_help=True)
app.add_typer(flow_cli, name="flow")
app.add_typer(user_cli, name="user")
app.add_typer(db_cli, name="db")
app.add_typer(vault_cli, name="vault")

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Settings file; without it ./config.toml if there is one.")
]


def _config(path: Path | None) -> Config:
    if path is None and Path("config.toml").exists():
        path = Path("config.toml")
    try:
        config = load(path, os.environ)
        live_in(config.house.timezone)
    except (ConfigError, UnknownZone) as error:
        _fail(str(error))
    logs.configure(level=config.log.level, format=config.log.format)
    return config


def _fail(sentence: str) -> NoReturn:
    Console(stderr=True, soft_wrap=True, markup=False, highlight=False).print(sentence, style="red")
    raise typer.Exit(1)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end; what an operator can mend is said as a sentence."""
    try:
        uvloop.run(work)
    except (AuditKeyError, ConfigError, StorageUnavailable, StartError, IdentityError, VaultError) as error:
        _fail(str(error))
    except UnknownFlow as error:
        _fail(f"[flows] entry: {error}.")
    except FlowError as error:
        for problem in error.problems:
            typer.echo(render(problem, source_of(Path(problem.file))), err=True)
        _fail("The server was not started: a flow has errors.")


def _listen_for_stop() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM, also while the server starts; a second Ctrl-C waits for nothing."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
    return stop


@app.command()
def serve(config: ConfigFile = None) -> None:
    """Run the server with config.toml and ivr_flows/ of this folder."""
    _run(_serve(_config(config)))


async def _serve(config: Config) -> None:
    stop = _listen_for_stop()
    server = App(config)
    await server.start()
    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, server.reload)
        typer.echo(f"Pages      {server.page_url}\nCallers    {server.sip_address}", err=True)
        if (link := await server.first_run.link(server.page_url)) is not None:
            typer.echo(f"Nobody can sign in yet. Make the first administrator here, once:\n{link}", err=True)
        keep_looks_short()
        await stop.wait()
    finally:
        await server.stop()


@app.command()
def demo(
    config: ConfigFile = None,
    callers: Annotated[float | None, typer.Option(min=0, help="Synthetic callers a minute.")] = None,
    agents: Annotated[int | None, typer.Option(min=0, max=50, help="Synthetic agents that take calls.")] = None,
) -> None:
    """Run the server with demo data, synthetic callers and synthetic agents."""
    from contactcenter.demo.command import run_demo  # the load generator is no part of a server

    chosen = _config(config)
    changes = {"callers_per_minute": callers, "agents": agents}
    settings = chosen.demo.model_copy(update={key: value for key, value in changes.items() if value is not None})
    _run(run_demo(chosen.model_copy(update={"demo": settings}), _listen_for_stop))


@app.command()
def simulate(
    scenario: Annotated[Path | None, typer.Argument(help="Scenario file (YAML or JSON); or give --day.")] = None,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A recorded day, run again.")] = None,
    changes: Annotated[Path | None, typer.Option("--with", help="File of changes to compare with.")] = None,
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="Runs, each with a seed of its own.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder for report.html and report.json.")] = Path("simulation"),
    config: ConfigFile = None,
) -> None:
    """Run a day in virtual time, as it is and with changes, and write a report that compares them."""
    from contactcenter.whatif import command  # no part of a server

    try:
        if scenario is not None and day is None:
            question = command.question_of_file(scenario, changes, seeds)
        elif day is None or scenario is not None:
            _fail("Give a scenario file, or a recorded day with --day.")
        else:
            url = _config(config).database.url
            question = uvloop.run(command.question_of_day(url, day.date(), changes, seeds))
        command.run(question, out)
    except command.FileUnusable as error:
        typer.echo(command.told(error), err=True)
        _fail("Nothing was simulated.")
    except (command.Unusable, StorageUnavailable) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"The report cannot be written to {out}: {error.strerror or error}.")


@user_cli.command("add")
def user_add(
    email: Annotated[str, typer.Option(help="Also the name to sign in with.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")],
    name: Annotated[str, typer.Option(help="Shown to others; without it the part before the @.")] = "",
    config: ConfigFile = None,
) -> None:
    """Add a person; the password is read from standard input."""

    async def work(operator: Operator) -> None:
        user = await operator.identity.create_user(email, name, role, _password())
        typer.echo(f"Added {user.email} as {role}.")

    _operate(config, work)


@user_cli.command("password")
def user_password(email: Annotated[str, typer.Option()], config: ConfigFile = None) -> None:
    """Set a new password, read from standard input; every session of the person ends."""

    async def work(operator: Operator) -> None:
        await operator.identity.set_password(email, _password())
        typer.echo("The password is set.")

    _operate(config, work)


@user_cli.command("link")
def user_link(email: Annotated[str, typer.Option()], config: ConfigFile = None) -> None:
    """Show a link with which the person sets a password, once; for when mail is not set up."""
    read = _config(config)

    async def work(operator: Operator) -> None:
        typer.echo(await operator.link(email, page_url(read, read.http.port)))

    _operate(config, work)


@user_cli.command("role")
def user_role(
    email: Annotated[str, typer.Option()],
    role: Annotated[str, typer.Option(help="A ready-made role or the id of an own one; the only one then.")],
    config: ConfigFile = None,
) -> None:
    """Give a person another role, everywhere."""

    async def work(operator: Operator) -> None:
        await operator.set_role(email, role)
        typer.echo(f"The role is {role} now.")

    _operate(config, work)


@user_cli.command("disable")
def user_disable(
    email: Annotated[str, typer.Option()],
    enable: Annotated[bool, typer.Option("--enable", help="Let the person sign in again.")] = False,
    config: ConfigFile = None,
) -> None:
    """Keep a person from signing in; every session ends."""

    async def work(operator: Operator) -> None:
        await operator.set_disabled(email, not enable)
        typer.echo("The person can sign in again." if enable else "The person cannot sign in any more.")

    _operate(config, work)


@user_cli.command("allow-passwords")
def user_allow_passwords(config: ConfigFile = None) -> None:
    """Let everybody sign in without an identity provider again; for when none of them can be reached."""

    async def work(operator: Operator) -> None:
        await operator.allow_passwords()
        typer.echo("Passwords and passkeys let people in again.")

    _operate(config, work)


@user_cli.command("list")
def user_list(config: ConfigFile = None) -> None:
    """Show who can sign in."""

    async def work(operator: Operator) -> None:
        table = Table("Email", "Name", "Roles", "State", box=None)
        for user in await operator.every():
            table.add_row(user.email, user.name, ", ".join(role.role for role in user.roles), user.state)
        Console().print(table)

    _operate(config, work)


def _password() -> str:
    """From a pipe as it is (without the line end); from a terminal without showing it."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _operate(config: ConfigFile, work: Callable[[Operator], Awaitable[None]]) -> None:
    read = _config(config)

    async def run() -> None:
        shortest, passwords = read.identity.password_min_length, passwords_of(read)
        async with operating(read.database.url, password_min_length=shortest, passwords=passwords) as operator:
            await work(operator)

    _run(run())


app.add_typer(audit_cli(_config, _run), name="audit")
app.add_typer(config_cli(_config, _run), name="config")
add_backup_commands(app, _config, _run, master_source, product_version, operator)


@db_cli.command("upgrade")
def db_upgrade(config: ConfigFile = None) -> None:
    """Bring the database to this version's tables."""

    async def work(url: str) -> None:
        await upgrade(url)
        typer.echo(f"The database is at version {await current(url)}.")

    _run(work(_config(config).database.url))


@db_cli.command("current")
def db_current(config: ConfigFile = None) -> None:
    """Show the version of the database's tables."""

    async def work(url: str) -> None:
        typer.echo(f"Database {await current(url) or 'without tables'}, program {head()}.")

    _run(work(_config(config).database.url))


@vault_cli.command("status")
def vault_status(config: ConfigFile = None) -> None:
    """Show the data keys, and how much each of them seals."""
    _run(vault_command.status(_config(config)))


@vault_cli.command("rotate")
def vault_rotate(
    master: Annotated[bool, typer.Option("--master", help="A new master key instead of new data keys.")] = False,
    config: ConfigFile = None,
) -> None:
    """Make new keys and seal everything with them, also while the server runs."""
    _run(vault_command.rotate(_config(config), master=master))
