"""A person is recognised however the number was written, and nobody else is."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.customers.identities import IdentityError
from contactcenter.interactions.privacy import plain_address
from contactcenter.privacy.memory import ERASED, Memory
from contactcenter.privacy.subjects import Subject, identity_of, spellings

digits = st.text("0123456789", min_size=4, max_size=6).map(lambda rest: f"30123{rest}")
separated = st.sampled_from(["", " ", "-", "/", "."])


@given(digits, separated, st.sampled_from(["+49", "0049", "0"]))
def test_a_number_is_one_in_every_spelling(number: str, sign: str, begin: str) -> None:
    asked = identity_of("phone", f"+49{number}", "", "DE")
    assert plain_address(begin + sign + sign.join(number)) in spellings(asked, "DE")
    assert plain_address(f"+49{number}9") not in spellings(asked, "DE")


@given(st.text(max_size=40))
def test_any_text_is_an_identity_or_refused(text: str) -> None:
    for kind in ("phone", "email", "handle"):
        try:
            identity = identity_of(kind, text, "sip", "DE")
        except IdentityError:
            continue
        again = Subject.decoded(Subject(identities=(identity,)).encoded())
        assert again.identities == (identity,)
        assert spellings(identity, "DE") <= again.person("DE").addresses


def test_another_countrys_number_has_no_spelling_of_ours() -> None:
    assert "030123456" not in spellings(identity_of("phone", "+4330123456", "", "DE"), "DE")


@given(st.lists(st.tuples(st.text(max_size=5), st.floats(1, 1e10)), max_size=8), st.binary(max_size=20))
def test_who_is_remembered_is_known_after_a_restart_and_a_torn_line(
    entries: list[tuple[str, float]], torn: bytes
) -> None:
    with TemporaryDirectory() as name:
        memory = Memory(Path(name))
        memory.load()
        for mark, until in entries:
            memory.remember([memory.mac(mark)], until)
        with (Path(name) / ERASED).open("ab") as file:
            file.write(torn)
        memory.remember([memory.mac("last")], 5.0)
        again = Memory(Path(name))
        again.load()
        assert again.until == memory.until
        assert again.mac("last") in again.until
        for mark, until in entries:
            assert again.until[again.mac(mark)] >= until


def test_the_key_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "erasure.key").write_text("short")
    with pytest.raises(Exception, match="32 bytes"):
        Memory(tmp_path).load()
