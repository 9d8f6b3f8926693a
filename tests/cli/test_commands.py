"""The command line as an operator uses it: sentences instead of tracebacks, and an exit status to trust."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from contactcenter.cli import app

Command = Callable[..., Result]
ROOT = Path(__file__).parents[2]
FLOW = """
flow: main
start: hello
steps:
  hello:
    say: Hello.
    next: bye
  bye:
    hangup: {say: Bye.}
"""
CONFIG = """
[http]
host = "127.0.0.1"
port = 0
[sip]
host = "127.0.0.1"
port = 0
[media]
host = "127.0.0.1"
workers = 0
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """`contactcenter …` in a folder of its own with a small configuration."""
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "ivr_flows").mkdir()
    (tmp_path / "ivr_flows" / "main.yaml").write_text(FLOW)
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def command(*args: str, stdin: str = "", **env: str) -> Result:
        return runner.invoke(app, args, input=stdin, env=env)

    yield command
    structlog.reset_defaults()


def refused(result: Result) -> str:
    """The sentence of a command that failed as it should."""
    assert result.exit_code == 1, (result.output, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return " ".join(result.stderr.split())


def test_people_are_added_listed_and_refused(run: Command) -> None:
    add = ("user", "add", "--email", "Anna@Example.com", "--role", "agent")
    added = run(*add, stdin="a long password\n")
    assert (added.exit_code, added.stdout.strip()) == (0, "Added anna@example.com as agent.")
    assert "exists already" in refused(run(*add, stdin="a long password\n"))
    assert "10" in refused(run("user", "add", "--email", "b@example.com", "--role", "agent", stdin="short\n"))
    assert "name@example.com" in refused(run("user", "add", "--email", "nobody", "--role", "agent", stdin="x" * 12))
    listed = run("user", "list")
    assert "anna@example.com" in listed.stdout
    assert "b@example.com" not in listed.stdout


def test_a_link_sets_a_password_once(run: Command) -> None:
    assert "nobody with this email" in refused(run("user", "link", "--email", "anna@example.com"))
    run("user", "add", "--email", "anna@example.com", "--role", "agent", stdin="a long password\n")
    first, second = (run("user", "link", "--email", "Anna@Example.com") for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    page, _, token = second.stdout.strip().partition("#")
    assert page == "http://localhost:0/set-password"
    assert len(token) == 43
    assert token not in first.stdout
    found = sqlite3.connect("var/contactcenter.db")
    try:
        kept = found.execute("SELECT token_hash FROM password_links").fetchall()
        trail = found.execute("SELECT actor_kind FROM audit_entries WHERE act = 'password_link.sent'").fetchall()
    finally:
        found.close()
    # The later one ends the earlier; of the token only the hash is kept.
    assert kept == [(hashlib.sha256(token.encode()).hexdigest(),)]
    assert trail == [("cli",), ("cli",)]
    run("user", "disable", "--email", "anna@example.com")
    assert "nobody with this email" in refused(run("user", "link", "--email", "anna@example.com"))


def test_passwords_are_allowed_again_when_no_provider_can_be_reached(run: Command) -> None:
    assert run("db", "upgrade").exit_code == 0
    found = sqlite3.connect("var/contactcenter.db")
    try:
        found.execute("INSERT INTO sign_in_policy VALUES (1, 1, '[]')")
        found.commit()
        assert run("user", "allow-passwords").exit_code == 0
        assert found.execute("SELECT providers_only FROM sign_in_policy").fetchall() == [(0,)]
    finally:
        found.close()


def test_an_unknown_role_is_refused_with_the_known_ones(run: Command) -> None:
    result = run("user", "add", "--email", "b@example.com", "--role", "boss", stdin="a long password\n")
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    for role in ("agent", "supervisor", "administrator"):
        assert role in result.stderr


def test_the_database_is_upgraded_and_named(run: Command) -> None:
    assert "without tables" in run("db", "current").stdout
    upgraded = run("db", "upgrade")
    assert upgraded.exit_code == 0
    version = upgraded.stdout.strip().rpartition(" ")[2]
    assert run("db", "current").stdout.strip() == f"Database {version.rstrip('.')}, program {version}"


def test_a_flow_is_checked(run: Command, tmp_path: Path) -> None:
    assert run("flow", "check", "ivr_flows/main.yaml").exit_code == 0
    (tmp_path / "broken.yaml").write_text(FLOW.replace("next: bye", "next: bey"))
    result = run("flow", "check", "broken.yaml")
    assert result.exit_code == 1
    assert "bey" in result.stdout
    assert "broken.yaml:" in result.stdout
    assert "`bye`" in result.stdout


def test_a_bad_key_in_the_configuration_is_named_with_the_allowed_ones(run: Command, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[http]\nprot = 8081\n")
    sentence = refused(run("serve"))
    assert "prot" in sentence
    assert "port" in sentence
    assert "public_url" in sentence


def test_a_bad_value_in_the_environment_is_named(run: Command) -> None:
    assert "CC_HTTP_PORT" in refused(run("serve", CC_HTTP_PORT="many"))


def test_a_taken_port_is_said(run: Command) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        sentence = refused(run("serve", CC_HTTP_PORT=str(port)))
    assert f"Port {port} is taken by another program" in sentence
    assert "[http] port" in sentence


def test_a_broken_flow_is_refused_at_the_start_with_its_line(run: Command, tmp_path: Path) -> None:
    text = FLOW.replace("next: bye", "next: bey")
    (tmp_path / "ivr_flows" / "main.yaml").write_text(text)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "bey" in row)
    sentence = refused(run("serve"))
    assert f"main.yaml:{line}:" in sentence
    assert "The server was not started" in sentence


def test_an_entry_flow_that_is_not_there_is_said(run: Command) -> None:
    assert "night" in refused(run("serve", CC_FLOWS_ENTRY="night"))


def test_a_database_that_cannot_be_opened_is_said(run: Command) -> None:
    sentence = refused(run("user", "list", CC_DATABASE_URL="sqlite+aiosqlite:////proc/no/such.db"))
    assert "database" in sentence


def test_a_server_starts_as_a_process_says_where_it_is_and_stops_when_told(run: Command, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "contactcenter", "serve"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        for line in server.stderr:
            if line.startswith("Callers"):
                break
        assert "sip:1000@127.0.0.1:" in line
        server.send_signal(signal.SIGINT)
        assert "Traceback" not in server.stderr.read()
    assert server.returncode == 0
