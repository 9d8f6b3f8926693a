"""Nothing is changed without it being said what that leaves in the audit trail."""

from __future__ import annotations

from pathlib import Path

from contactcenter.app import App
from contactcenter.audit.acts import NotAudited
from tests.fakes.center import settings


def test_every_change_says_what_it_leaves_in_the_trail(tmp_path: Path) -> None:
    app = App(settings(tmp_path))
    known = {kind for plugin in app.plugins for kind in plugin.acts}
    silent, unknown = [], []
    said = [(f"{route.method} {route.path}", route.audited) for route in app._routes() if route.method != "GET"]
    said += [(name, command.audited) for name, command in app.live._commands.items()]
    said += [(f"GET {route.path}", route.audited) for route in app._routes() if route.method == "GET" and route.audited]
    for name, audited in said:
        if audited is None:
            silent.append(name)
        elif not isinstance(audited, NotAudited):
            unknown += [(name, kind.name) for kind in audited if kind not in known]
    assert not silent
    assert not unknown


def test_two_kinds_of_act_have_two_names(tmp_path: Path) -> None:
    app = App(settings(tmp_path))
    names = [kind.name for plugin in app.plugins for kind in plugin.acts]
    assert len(names) == len(set(names))
