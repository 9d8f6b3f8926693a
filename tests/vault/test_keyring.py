"""Sealed values: they open where they belong and as they were, and nowhere and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.vault.errors import Damaged, UnknownKey, VaultError
from contactcenter.vault.keyring import OVERHEAD, PLAIN, PURPOSES, Context, DataKey, Keyring, Sealed, encode
from contactcenter.vault.master import MasterKey, parse


def ring() -> Keyring:
    keys = [DataKey.new(purpose) for purpose in PURPOSES]
    return Keyring({key.id: key for key in keys}, {key.purpose: key.id for key in keys})


RING = ring()
CONTEXTS = st.lists(st.text(max_size=5), max_size=4).map(tuple)


@given(st.binary(max_size=200), CONTEXTS)
def test_what_is_sealed_opens_in_its_place(plain: bytes, context: Context) -> None:
    sealed = RING.seal(plain, context)
    assert len(sealed.raw) == len(plain) + OVERHEAD
    assert RING.open(sealed, context) == plain
    assert RING.seal(plain, context) != sealed
    assert len(plain) < 4 or plain not in sealed.raw


@given(st.binary(max_size=40), CONTEXTS, CONTEXTS)
def test_it_opens_nowhere_else(plain: bytes, context: Context, other: Context) -> None:
    sealed = RING.seal(plain, context)
    if other != context:
        with pytest.raises(Damaged):
            RING.open(sealed, other)
    with pytest.raises(UnknownKey):
        ring().open(sealed, context)


@given(st.binary(max_size=40), st.data())
def test_any_flipped_bit_is_noticed(plain: bytes, data: st.DataObject) -> None:
    raw = bytearray(RING.seal(plain, ("t", "c", "1")).raw)
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Damaged, UnknownKey)):
        RING.open(Sealed(bytes(raw)), ("t", "c", "1"))


@given(st.binary(max_size=80))
def test_anything_else_is_damaged_or_of_an_unknown_key(raw: bytes) -> None:
    with pytest.raises((Damaged, UnknownKey)):
        RING.open(Sealed(raw), ())


def test_a_plain_value_is_never_taken_for_a_sealed_one() -> None:
    with pytest.raises(Damaged):
        RING.open(Sealed(bytes([PLAIN]) + b"x" * 60), ())


def test_a_key_serves_its_purpose_only() -> None:
    key = RING.active_key("files")
    with pytest.raises(UnknownKey):
        RING.key(key.id, "values")


@given(CONTEXTS, CONTEXTS)
def test_no_two_contexts_are_written_alike(one: Context, other: Context) -> None:
    assert (encode(one) == encode(other)) == (one == other)


@given(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_a_blind_index_tells_equal_from_unequal_within_a_field(field: str, one: str, other: str) -> None:
    index = RING.blind_index(field, one)
    assert len(index) == 32
    assert (index == RING.blind_index(field, other)) == (one == other)
    assert index != RING.blind_index(field + "x", one)
    assert index != ring().blind_index(field, one)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=9))
def test_a_master_key_wraps_for_one_label(secret: bytes, label: str) -> None:
    master = MasterKey(secret)
    wrapped = master.wrap(b"data key", label)
    assert master.unwrap(wrapped, label) == b"data key"
    with pytest.raises(VaultError):
        master.unwrap(wrapped, label + "x")
    with pytest.raises(VaultError):
        MasterKey.new().unwrap(wrapped, label)
    assert parse(master.text, "here") == parse(f" {secret.hex()}\n", "here") == master


@given(st.text(max_size=60))
def test_what_is_no_master_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(VaultError) as refused:
        parse(text, "SOURCE")
    assert "SOURCE" in str(refused.value)
    assert len(text) < 8 or text not in str(refused.value)


def test_keys_do_not_show_in_representations() -> None:
    key = RING.active_key("values")
    master = MasterKey.new()
    for thing in (key, RING, master, RING.seal(b"plain", ())):
        assert repr(key.secret) not in repr(thing)
        assert "secret" not in repr(thing)
