"""Whatever is done to a chain by somebody without the key is found, and named where it is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.audit.chain import START, Finding, Head, Keys, Verifier, key_id

KEY = b"k" * 32
KEYS = Keys({key_id(KEY): KEY}, key_id(KEY))
OTHER = b"o" * 32


@dataclass(slots=True)
class Row:
    """An entry as the database gives it."""

    seq: int | None
    moment: datetime
    actor_kind: str = "user"
    actor_id: str = "u1"
    actor_name: str = "Ann"
    address: str = "10.0.0.1"
    session_id: str = "s1"
    request_id: str = "r1"
    act: str = "queue.changed"
    subject_kind: str = "queue"
    subject_id: str = "sales"
    subject_name: str = "Sales"
    before: str | None = None
    after: str | None = None
    hidden: str | None = None
    previous: str | None = None
    mac: str | None = None
    key_id: str | None = None


def chain(count: int, keys: Keys = KEYS, start: Head = START) -> list[Row]:
    rows, head = [], start
    for number in range(count):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
        row = Row(start.seq + number + 1, moment, after=f'{{"n":{number}}}')
        mac = keys.seal(head.mac, row)
        rows.append(replace(row, previous=head.mac, mac=mac, key_id=keys.current))
        head = Head(head.seq + 1, mac)
    return rows


def walk(rows: list[Row], keys: Keys = KEYS, heads: dict[int, str] | None = None) -> Finding | None:
    verifier = Verifier(keys, START, heads)
    for row in sorted(rows, key=lambda row: row.seq or 0):
        if (finding := verifier.take(row)) is not None:
            return finding
    return verifier.end()


def told(rows: list[Row]) -> dict[int, str]:
    return {rows[-1].seq or 0: rows[-1].mac or ""}


lengths = st.integers(1, 12)
SEALED_FIELDS = [field.name for field in dataclasses.fields(Row) if field.name not in ("seq",)]


@given(lengths)
def test_an_untouched_chain_holds(count: int) -> None:
    rows = chain(count)
    assert walk(rows, heads=told(rows)) is None


def test_an_empty_chain_holds_and_one_that_was_emptied_does_not() -> None:
    assert walk([]) is None
    assert walk([], heads=told(chain(3))) == Finding("cut", 1)


@given(lengths, st.data())
def test_a_change_of_any_field_is_found_in_its_entry(count: int, data: st.DataObject) -> None:
    rows = chain(count)
    place = data.draw(st.integers(0, count - 1))
    field = data.draw(st.sampled_from(SEALED_FIELDS))
    old = getattr(rows[place], field)
    value: object
    if isinstance(old, datetime):
        value = old + timedelta(microseconds=data.draw(st.integers(1, 10**9)))
    elif old is None:
        value = data.draw(st.text(max_size=5))
    else:
        value = data.draw(st.text(max_size=len(old) + 2).filter(lambda text: text != old))
    rows[place] = replace(rows[place], **{field: value})  # type: ignore[arg-type]
    finding = walk(rows, heads=told(chain(count)))
    assert finding is not None
    assert finding.seq == place + 1


@given(lengths, st.data())
def test_a_deletion_is_found(count: int, data: st.DataObject) -> None:
    rows = chain(count)
    heads = told(rows)
    gone = data.draw(st.sets(st.integers(1, count), min_size=1))
    kept = [row for row in rows if row.seq not in gone]
    finding = walk(kept, heads=heads)
    assert finding is not None
    assert (finding.kind, finding.seq) == ("missing" if min(gone) <= len(kept) else "cut", min(gone))


@given(st.integers(2, 12), st.data())
def test_a_deletion_is_found_though_the_rest_is_numbered_anew(count: int, data: st.DataObject) -> None:
    rows = chain(count)
    gone = data.draw(st.integers(1, count - 1))
    kept = [row for row in rows if row.seq != gone]
    kept = [replace(row, seq=number) for number, row in enumerate(kept, 1)]
    finding = walk(kept, heads=told(rows))
    assert finding == Finding("missing", gone, rows[gone - 1].mac or "")


@given(st.integers(2, 12), st.data())
def test_entries_that_have_changed_places_are_found(count: int, data: st.DataObject) -> None:
    rows = chain(count)
    order = data.draw(st.permutations(range(count)).filter(lambda order: list(order) != list(range(count))))
    moved = [replace(rows[old], seq=new) for new, old in enumerate(order, 1)]
    finding = walk(moved, heads=told(rows))
    assert finding is not None
    assert finding.seq == next(new for new, old in enumerate(order, 1) if new != old + 1)


@given(lengths, st.data())
def test_an_entry_put_in_is_found(count: int, data: st.DataObject) -> None:
    rows = chain(count)
    place = data.draw(st.integers(1, count + 1))
    forged = replace(data.draw(st.sampled_from(rows)), seq=place)
    if data.draw(st.booleans()):
        wrong = Keys({key_id(OTHER): OTHER}, key_id(OTHER))
        previous = rows[place - 2].mac if place > 1 else START.mac
        forged = replace(forged, previous=previous, mac=wrong.seal(previous or "", forged))
    later = [replace(row, seq=(row.seq or 0) + 1) for row in rows[place - 1 :]]
    finding = walk([*rows[: place - 1], forged, *later], heads=told(rows))
    # The copy of an entry in its own place only pushes the original one back.
    assert finding is not None
    assert finding.seq in (place, place + 1)


@given(st.integers(2, 12), st.data())
def test_a_tail_cut_off_is_found_back_to_the_last_head_told(count: int, data: st.DataObject) -> None:
    rows = chain(count)
    kept = data.draw(st.integers(0, count - 1))
    head = data.draw(st.integers(1, count))
    finding = walk(rows[:kept], heads=told(rows[:head]))
    assert finding == (Finding("cut", kept + 1) if kept < head else None)


@given(st.integers(1, 12))
def test_a_chain_made_anew_with_the_right_key_is_still_not_the_one_told(count: int) -> None:
    rows = chain(count)
    anew = [replace(row, act="queue.made") for row in rows]
    head = START
    for place, row in enumerate(anew):
        mac = KEYS.seal(head.mac, row)
        anew[place] = replace(row, previous=head.mac, mac=mac)
        head = Head(head.seq + 1, mac)
    assert walk(anew) is None
    assert walk(anew, heads=told(rows)) == Finding("replaced", count)


@given(lengths)
def test_older_keys_still_verify_and_unknown_ones_are_named(count: int) -> None:
    both = Keys({key_id(KEY): KEY, key_id(OTHER): OTHER}, key_id(OTHER))
    old = chain(count)
    rows = old + chain(2, both, Head(count, old[-1].mac or ""))
    assert walk(rows, both) is None
    assert walk(rows, KEYS) == Finding("unknown-key", count + 1)


def test_the_rest_holds_behind_a_signed_anchor_only() -> None:
    rows = chain(6)
    moment = datetime(2026, 2, 1, tzinfo=UTC)
    anchor = KEYS.anchor(Head(3, rows[2].mac or ""), moment)
    assert KEYS.holds(anchor)
    verifier = Verifier(KEYS, Head(anchor.seq, anchor.mac))
    assert [verifier.take(row) for row in rows[3:]] == [None] * 3
    assert not KEYS.holds(replace(anchor, seq=4))
    assert not KEYS.holds(replace(anchor, mac=rows[3].mac or ""))
    assert not KEYS.holds(replace(anchor, cut_at=moment + timedelta(days=1)))
    assert not KEYS.holds(replace(anchor, key_id=key_id(OTHER)))
    assert Verifier(KEYS, Head(3, rows[2].mac or "")).take(rows[2]) == Finding("moved", 3)


def test_every_finding_says_a_sentence() -> None:
    for kind in ("changed", "missing", "moved", "cut", "replaced", "unknown-key", "bad-anchor"):
        assert " 7 " in Finding(kind, 7).sentence or "entry 7," in Finding(kind, 7).sentence
