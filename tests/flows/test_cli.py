from pathlib import Path

import pytest
from typer.testing import CliRunner

from contactcenter.flows.cli import check_command, flow_cli

GOOD = "flow: x\nstart: a\nsteps:\n  a: {hangup: closed}\n"


def test_problems_are_shown_in_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        "flow: x\nstart: a\nsteps:\n  a: {say: Hi, nxt: b, next: b}\n  b: {hangup: closed}\n  c: {hangup: closed}\n"
    )
    assert check_command([path]) == 1
    assert capsys.readouterr().out == (
        "error: unknown key `nxt`\n"
        f" --> {path}:4:16\n"
        "  |\n"
        "4 |   a: {say: Hi, nxt: b, next: b}\n"
        "  |                ^\n"
        "  = help: did you mean `next`?\n"
        "\n"
        f"{path}: 1 error\n"
    )


def test_warnings_alone_do_not_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(GOOD + "  c: {hangup: closed}\n")
    assert check_command([path]) == 0
    assert capsys.readouterr().out.endswith(f"{path}: 1 warning\n")


def test_a_folder_means_its_flows_and_a_missing_file_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.yaml").write_text(GOOD)
    assert check_command([tmp_path, tmp_path / "gone.yaml"]) == 1
    out = capsys.readouterr().out
    assert f"{tmp_path / 'x.yaml'}: ok\n" in out
    assert f"error: the file cannot be read: No such file or directory\n --> {tmp_path / 'gone.yaml'}:1:1\n" in out


def test_a_tab_is_shown_with_its_caret_below(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("flow: x\nsteps:\n \ta: 1\n")
    check_command([path])
    assert "3 |  \ta: 1\n  |  ^\n" in capsys.readouterr().out


@pytest.mark.parametrize(("queue", "code"), [("sales", 0), ("service", 1)])
def test_the_command_ends_with_its_verdict(tmp_path: Path, queue: str, code: int) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("flow: x\nstart: a\nsteps:\n  a: {queue: sales}\n")
    result = CliRunner().invoke(flow_cli, ["check", str(path), "--queue", queue])
    assert result.exit_code == code
    assert ("there is no queue `sales`" in result.output) == bool(code)


@pytest.mark.parametrize(("calendar", "code"), [("main", 0), ("office", 1)])
def test_calendars_are_checked_when_given(tmp_path: Path, calendar: str, code: int) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("flow: x\nhours:\n  h: {calendar: main}\nstart: a\nsteps:\n  a: {hangup: closed}\n")
    result = CliRunner().invoke(flow_cli, ["check", str(path), "--calendar", calendar])
    assert result.exit_code == code
    assert (f"error: there is no calendar `main`\n --> {path}:3:17\n" in result.output) == bool(code)


def test_flows_that_another_one_goes_on_in_are_looked_for_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "main.yaml"
    path.write_text("flow: main\nstart: a\nsteps:\n  a:\n    transfer: {flow: nosuch}\n")
    (tmp_path / "y.yaml").write_text(GOOD)
    assert check_command([path]) == 1
    assert f"error: there is no flow `nosuch`\n --> {path}:5:22\n" in capsys.readouterr().out
    elsewhere = tmp_path / "more"
    elsewhere.mkdir()
    (elsewhere / "other.yaml").write_text(GOOD.replace("flow: x", "flow: nosuch"))
    assert check_command([path, elsewhere]) == 0
    (elsewhere / "other.yaml").rename(tmp_path / "other.yaml")
    assert check_command([path]) == 0
