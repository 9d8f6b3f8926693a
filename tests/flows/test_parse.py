from pathlib import Path

import pytest

from contactcenter.flows.parse import check, examine, load
from contactcenter.flows.problems import FlowError

ROOT = Path(__file__).resolve().parents[2]
QUEUES = ("sales", "support", "billing")
SHIPPED = ["ivr_flows/main.yaml", "ivr_flows/examples/office_hours.yaml", "bench/flows/hangup.yaml"]

HEAD = "flow: test\nstart: a\nsteps:\n"
END = "  end: {hangup: closed}\n"
QUEUE_OF = "  a:\n    queue: {{queue: sales, music: m.wav, {}}}\n    on_failure: end\n"


def problems(
    text: str, *, queues: tuple[str, ...] | None = None, calendars: tuple[str, ...] | None = None
) -> list[tuple[str, int, int, str, str]]:
    found = examine(text.encode(), "test.yaml", directory=None, known_queues=queues, known_calendars=calendars)[1]
    return [(p.severity, p.line, p.column, p.message, p.hint) for p in found]


@pytest.mark.parametrize("path", SHIPPED)
def test_shipped_flows_have_no_problem(path: str) -> None:
    assert check(ROOT / path, known_queues=QUEUES) == []


def test_load_gives_the_flow_and_finds_sound_files_beside_it() -> None:
    flow = load(ROOT / "ivr_flows/main.yaml")
    assert flow.name == "main"
    assert flow.start in flow.steps
    music = flow.model_dump()["steps"]["wait"]["queue"]["music"]
    assert music == str(ROOT / "ivr_flows/music/hold.wav")


def test_load_raises_with_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("flow: x\nstart: a\nsteps:\n  a: {say: Hi, nxt: b}\n  b: {hangup: bye}\n")
    with pytest.raises(FlowError) as raised:
        load(path)
    assert [(p.line, p.column) for p in raised.value.problems] == [(4, 3), (4, 16), (5, 15)]
    assert f"{path}:4:16: error: unknown key `nxt` (did you mean `next`?)" in str(raised.value)


# Each: the text, then exactly what is said about it.
GOLDEN: dict[str, tuple[str, list[tuple[str, int, int, str, str]]]] = {
    "empty": ("", [("error", 1, 1, "the file is empty", "a flow begins with `flow: its_name`")]),
    "list": (
        "- a\n",
        [("error", 1, 1, "a flow is a mapping of keys to values", "begin with `flow: its_name`")],
    ),
    "tab": (
        "flow: x\nsteps:\n\ta: 1\n",
        [("error", 3, 1, "a tab indents this line", "YAML is indented with spaces only")],
    ),
    "duplicate": (
        "flow: x\nstart: a\nflow: y\n",
        [("error", 3, 1, "`flow` stands here a second time; first on line 1", "keep one")],
    ),
    "colon in a text": (
        HEAD + "  a: {hangup: closed}\n  b:\n    say: Hours: 8 to 9\n",
        [("error", 6, 15, "a `:` stands where no key can be", "put quotes around a text that contains `: `")],
    ),
    "two documents": (
        "flow: a\n---\nflow: b\n",
        [("error", 2, 1, "a second YAML document begins here", "one flow to a file: remove `---`")],
    ),
    "tag": (
        "flow: !!python/object:os.system x\n",
        [("error", 1, 7, "the tag `tag:yaml.org,2002:python/object:os.system` is not used in flows", "remove it")],
    ),
    "merge key": (
        "base: &b {a: 1}\nflow:\n  <<: *b\n",
        [("error", 3, 3, "`<<` merging is not part of YAML 1.2", "write the keys out")],
    ),
    "unquoted star": (
        HEAD + "  a: {hangup: *}\n",
        [
            (
                "error",
                4,
                16,
                "not readable as YAML: expected alphabetic or numeric character, but found '}'",
                'to mean the star key, write "*"',
            )
        ],
    ),
    "alias to nothing": (
        "flow: *x\n",
        [("error", 1, 7, "`*x` refers to nothing above it", 'to mean the text, write "*x"')],
    ),
    "missing keys": (
        "flow: x\n",
        [
            ("error", 1, 1, "`start` is missing here", "name the first step, as in `start: welcome`"),
            ("error", 1, 1, "`steps` is missing here", "write the steps below `steps:`"),
        ],
    ),
    "unknown top key": (
        "flow: x\nlangauge: en\nstart: a\nsteps:\n  a: {hangup: closed}\n",
        [("error", 2, 1, "unknown key `langauge`", "did you mean `language`?")],
    ),
    "unknown step kind": (
        HEAD + "  a: {sayy: x, next: end}\n" + END,
        [("error", 4, 3, "the step `a` does nothing", "did you mean `say`?")],
    ),
    "two step kinds": (
        HEAD + "  a: {say: x, hangup: closed}\n",
        [("error", 4, 3, "the step `a` has `say` and `hangup`", "a step does one thing: make two steps")],
    ),
    "a step that is a text": (
        HEAD + "  a: hangup\n",
        [
            (
                "error",
                4,
                6,
                "the step `a` is no mapping",
                "a step has one of `say`, `menu`, `collect`, `branch`, `set`, `queue`, `hangup`, "
                "`voicemail`, `callback`, `transfer`, `message`, `ticket`, `consent`",
            )
        ],
    ),
    "key outside its step": (
        HEAD + "  a:\n    menu: {prompt: x, choices: {1: {label: A, next: end}}}\n    attempts: 2\n"
        "    on_failure: end\n" + END,
        [("error", 6, 5, "unknown key `attempts`", "`attempts` belongs inside `menu`")],
    ),
    "key inside its step": (
        HEAD + "  a:\n    collect:\n      prompt: x\n      label: L\n      into: n\n      next: end\n"
        "    next: end\n    on_failure: end\n" + END,
        [("error", 9, 7, "unknown key `next`", "`next` belongs beside `collect`, not inside it")],
    ),
    "wrong kinds of value": (
        HEAD + "  a:\n    menu:\n      prompt: x\n      attempts: many\n      timeout_s: -1\n      barge_in: maybe\n"
        "      choices: {12: {label: A, next: end}}\n    on_failure: end\n" + END,
        [
            ("error", 7, 17, "`attempts` must be a whole number", ""),
            ("error", 8, 18, "`timeout_s` must be more than 0", ""),
            ("error", 9, 17, "`barge_in` must be `true` or `false`", ""),
            ("error", 10, 17, "`12` is no key of a telephone", "a choice is one of 0 1 2 3 4 5 6 7 8 9 * #"),
        ],
    ),
    "braces without quotes": (
        HEAD + "  a: {queue: {queue: {team}, music: m.wav}, on_failure: end}\n" + END,
        [("error", 4, 22, "`queue` must be a text", 'a text that begins with a brace needs quotes: "{team}"')],
    ),
    "unknown step": (
        HEAD + "  a: {say: x, next: ennd}\n" + END,
        [
            ("error", 4, 21, "there is no step `ennd`", "did you mean `end`?"),
            ("warning", 5, 3, "no way leads to the step `end`", "name it in a `next`, or remove it"),
        ],
    ),
    "unknown start": (
        "flow: x\nstart: b\nsteps:\n  a: {hangup: closed}\n",
        [("error", 2, 8, "there is no step `b`", "known here: `a`")],
    ),
    "unknown name in a text": (
        HEAD + "  a:\n    say: >-\n      Hello,\n      your caller is {caler}.\n    next: end\n" + END,
        [("error", 7, 22, "nothing is called `caler`", "did you mean `caller`?")],
    ),
    "template that cannot be filled": (
        HEAD + '  a: {say: "{1 + 1}", next: b}\n  b: {say: "{caller|digit}", next: c}\n'
        '  c: {say: "{open", next: end}\n' + END,
        [
            (
                "error",
                4,
                13,
                "`{1 + 1}` cannot be filled in",
                "only a name goes between braces, as in `{customer_number|digits}`",
            ),
            ("error", 5, 13, "there is no filter `digit`", "did you mean `digits`?"),
            ("error", 6, 13, "a `{` is not closed", "write `{{` to mean a brace"),
        ],
    ),
    "unknown hours": (
        HEAD
        + "  a:\n    branch: [{when: {open: office}, next: end}]\n    else: b\n"
        + '  b: {say: "{office|hours}", next: end}\n'
        + END,
        [
            ("error", 5, 28, "there are no hours `office`", "write them below `hours:`"),
            ("error", 7, 13, "`hours` speaks opening hours, and there are no hours `office`", ""),
        ],
    ),
    "unknown data in a condition": (
        HEAD
        + "  a:\n    branch: [{when: {not: {data: {calller: {present: true}}}}, next: end}]\n    else: end\n"
        + END,
        [("error", 5, 35, "nothing is called `calller`", "did you mean `caller`?")],
    ),
    "condition that tests nothing": (
        HEAD + "  a:\n    branch: [{when: {}, next: end}]\n    else: end\n" + END,
        [
            (
                "error",
                5,
                21,
                "this condition tests nothing",
                "write `open: hours_name` or `data: {name: value}`",
            )
        ],
    ),
    "hours": (
        "flow: x\nhours:\n  o: {timezone: Europe/Berln, open: [{days: mon-fry, from: 8, to: 18:00}]}\n"
        "start: a\nsteps:\n  a: {hangup: closed}\n",
        [
            ("error", 3, 17, "there is no time zone `Europe/Berln`", "did you mean `Europe/Berlin`?"),
            ("error", 3, 45, "`fry` is no day", "did you mean `fri`?"),
            (
                "error",
                3,
                60,
                "`8` is no time of day",
                "write hours and minutes, as in `08:30`; the day ends at `24:00`",
            ),
        ],
    ),
    "holiday": (
        "flow: x\nhours:\n  o:\n    timezone: Europe/Berlin\n    open: [{days: mon, from: 8:00, to: 9:00}]\n"
        "    holidays: [25.12.2026]\nstart: a\nsteps:\n  a: {hangup: closed}\n",
        [("error", 6, 16, "`25.12.2026` is no date", "write year, month and day, as in `2026-12-25`")],
    ),
    "circle": (
        HEAD + '  a: {say: x, next: b}\n  b: {set: {x: "1"}, next: a}\n',
        [
            (
                "error",
                4,
                3,
                "these steps go round for ever: `a` → `b` → `a`",
                "let one of them ask the caller, or hang up",
            )
        ],
    ),
    "silent circle": (
        HEAD + "  a: {menu: {prompt: x, choices: {1: {label: A, next: end}}}, on_failure: a}\n" + END,
        [
            (
                "warning",
                4,
                3,
                "a caller who presses nothing goes round for ever: `a` → `a`",
                "let `on_failure` end somewhere else",
            )
        ],
    ),
    "stored hours with hours": (
        "flow: x\nhours:\n  o: {calendar: main, timezone: UTC}\nstart: a\nsteps:\n  a: {hangup: closed}\n",
        [("error", 3, 23, "unknown key `timezone`", "known here: `calendar`")],
    ),
    "stored hours misspelt": (
        "flow: x\nhours:\n  o: {timezone: UTC, open: [{days: mon, from: 8:00, to: 9:00}], calender: main}\n"
        "start: a\nsteps:\n  a: {hangup: closed}\n",
        [("error", 3, 65, "unknown key `calender`", "did you mean `calendar`?")],
    ),
    "stored hours without a name": (
        "flow: x\nhours: {o: {calendar: }}\nstart: a\nsteps:\n  a: {hangup: closed}\n",
        [("error", 2, 22, "`calendar` must be a text", "nothing is written here")],
    ),
    "a date twice": (
        "flow: x\nhours:\n  o:\n    timezone: UTC\n    open: [{days: mon, from: 8:00, to: 9:00}]\n"
        "    holidays: [2026-12-25, 2026-12-25]\nstart: a\nsteps:\n  a: {hangup: closed}\n",
        [("error", 6, 15, "2026-12-25 stands here twice", "keep one; it may have several lines below `open`")],
    ),
    "levels": (
        HEAD + QUEUE_OF.format("skills: {english: 9}, preferred: {any: [english, {german: 0}]}") + END,
        [("error", 5, 59, "`english` must be at most 5", ""), ("error", 5, 99, "`german` must be at least 1", "")],
    ),
    "nothing asked for": (
        HEAD + QUEUE_OF.format("skills: {not: {}}, preferred: {any: []}") + END,
        [
            (
                "error",
                5,
                55,
                "this asks for no skill",
                "as in `{english: 2}`, `{any: [{english: 2}, german]}` or `{not: trainee}`",
            ),
            ("error", 5, 77, "`any` is empty", ""),
        ],
    ),
    "a list of skills that is none": (
        HEAD + QUEUE_OF.format("skills: {all: 2}, preferred: {2nd: 1}") + END,
        [
            ("error", 5, 55, "`all` must be a list", ""),
            ("error", 5, 71, "`2nd` is no name", "a name begins with a letter: letters, digits, `_` and `-`"),
        ],
    ),
    "preferred agent": (
        HEAD + QUEUE_OF.format('agent: {id: "{agnt}", wait_s: 5}') + END,
        [("error", 5, 54, "nothing is called `agnt`", "no step sets it; `{{` means a brace")],
    ),
    "preferred agent without id": (
        HEAD + QUEUE_OF.format("agent: {wait: 5}") + END,
        [
            ("error", 5, 41, "`id` is missing here", 'the agent\'s id, mostly from data, as in `id: "{agent}"`'),
            ("error", 5, 49, "unknown key `wait`", "did you mean `wait_s`?"),
        ],
    ),
    "ways out of a queue": (
        HEAD + QUEUE_OF.format("priority: 1").replace("on_failure: end", "on: {voicemial: end, queue: end}") + END,
        [
            ("error", 6, 10, "a queue sends nobody to `voicemial`", "did you mean `voicemail`?"),
            (
                "error",
                6,
                26,
                "a queue sends nobody to `queue`",
                "known here: `callback`, `message`, `number`, `ticket`, `voicemail`",
            ),
        ],
    ),
    "a way out of a queue to nowhere": (
        HEAD + QUEUE_OF.format("priority: 1").replace("on_failure: end", "on: {voicemail: ennd, ticket: end}") + END,
        [
            ("warning", 5, 5, "a caller who waits too long is cut off without a word", "add `on_max_wait: …`"),
            ("error", 6, 21, "there is no step `ennd`", "did you mean `end`?"),
        ],
    ),
    "a way out of a queue inside it": (
        HEAD + QUEUE_OF.format("on: {voicemail: end}") + END,
        [("error", 5, 41, "unknown key `on`", "`on` belongs beside `queue`, not inside it")],
    ),
    "queue advice": (
        HEAD + "  a: {queue: sales}\n",
        [
            ("warning", 4, 7, "a caller who waits too long is cut off without a word", "add `on_max_wait: …`"),
            ("warning", 4, 7, "waiting callers hear silence", "add `music: …`"),
        ],
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_problems_are_said_in_place_with_what_to_write_instead(name: str) -> None:
    text, expected = GOLDEN[name]
    assert problems(text) == expected


def test_a_flow_with_very_many_ways_is_checked_at_once() -> None:
    """2⁸⁰ ways lead through it; a check that walked them would never end."""
    layers = "".join(
        f"  {side}{i}: {{branch: [{{when: {{data: {{caller: '1'}}}}, next: a{i + 1}}}], else: b{i + 1}}}\n"
        for i in range(80)
        for side in "ab"
    )
    text = "flow: x\nstart: a0\nsteps:\n" + layers + "  a80: {hangup: closed}\n  b80: {hangup: failed}\n"
    assert [message for _, _, _, message, _ in problems(text)] == ["no way leads to the step `b0`"]


def test_queues_are_checked_where_they_are_written_even_through_data() -> None:
    text = (
        HEAD + "  a: {set: {team: salse, other: salse}, next: b}\n"
        '  b: {queue: {queue: "{team}", music: m.wav}, on_failure: c}\n'
        "  c: {queue: {queue: suport, music: m.wav}, on_failure: end}\n" + END
    )
    assert problems(text, queues=QUEUES) == [
        ("error", 4, 19, "there is no queue `salse`", "did you mean `sales`?"),
        ("error", 6, 22, "there is no queue `suport`", "did you mean `support`?"),
    ]
    assert problems(text) == []


def test_calendars_are_checked_where_they_are_named() -> None:
    text = "flow: x\nhours:\n  o: {calendar: mian}\n  p: {calendar: main}\nstart: a\nsteps:\n  a: {hangup: closed}\n"
    assert problems(text, calendars=("main", "night")) == [
        ("error", 3, 17, "there is no calendar `mian`", "did you mean `main`?")
    ]
    assert problems(text) == []
    assert [line for _, line, *_ in problems(text, calendars=())] == [3, 4]


def test_sound_files_must_exist_and_be_sound(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_text("no sound")
    path = tmp_path / "x.yaml"
    path.write_text(HEAD + "  a: {say: {file: gone.wav}, next: b}\n  b: {say: [Hi, {file: x.wav}], next: end}\n" + END)
    assert [(p.line, p.column, p.message) for p in check(path)] == [
        (4, 19, "there is no file `gone.wav`"),
        (5, 24, "`x.wav` is no WAV file"),
    ]


def test_aliases_are_fine_within_limits() -> None:
    text = HEAD + "  a: {say: &hi Hello, next: b}\n  b: {say: *hi, next: end}\n" + END
    assert problems(text) == []


def test_unquoted_numbers_stay_as_written() -> None:
    flow, found = examine(
        (HEAD + "  a: {set: {code: 007, when: 08:00}, next: end}\n" + END).encode(), "x", directory=None
    )
    assert found == []
    assert flow is not None
    assert flow.model_dump()["steps"]["a"]["set"] == {"code": "007", "when": "08:00"}
