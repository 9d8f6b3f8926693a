from __future__ import annotations

from pathlib import Path

from contactcenter.flows.store import FlowsChanged, FlowStore
from contactcenter.supervision.acts import FLOW_TAKEN_OVER, FLOWS_FAULTY, flow_acts

FLOW = "flow: main\nlanguage: en\nstart: a\nsteps:\n  a:\n    say: {words}\n    next: b\n  b:\n    hangup: closed\n"


def test_a_changed_flow_file_is_recorded_with_what_is_wrong_with_it(tmp_path: Path) -> None:
    main = tmp_path / "main.yaml"
    main.write_text(FLOW.format(words="Hello."))
    store = FlowStore(tmp_path)
    store.load_all()
    changes: list[FlowsChanged] = []
    store.on_change(changes.append)
    main.write_text(FLOW.format(words="Good day to you."))
    assert store.poll()
    (taken,) = flow_acts(changes[0])
    assert (taken.kind, taken.subject.id) == (FLOW_TAKEN_OVER, "main")
    assert taken.after is not None
    assert len(taken.after["sha256"]) == 64
    main.write_text("flow: main\nstrat: a\n")
    assert store.poll()
    (faulty,) = flow_acts(changes[1])
    assert faulty.kind == FLOWS_FAULTY
    assert faulty.after is not None
    assert any(problem.startswith("main.yaml:") for problem in faulty.after["problems"])
    assert str(tmp_path) not in str(faulty.after)
