"""Codes, devices and passwords, decided without I/O."""

from __future__ import annotations

import pyotp
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.config import IdentitySettings
from contactcenter.identity.devices import device_of
from contactcenter.identity.password_rules import weakness
from contactcenter.identity.second_factor import STEP_S, matching_step, new_recovery_codes, plain_code, rule_of

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = 1_777_777_777.0


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_a_code_counts_one_step_around_now_and_only_after_the_last_one(shift: int, last: int) -> None:
    step = int(NOW // STEP_S)
    code = pyotp.TOTP(SECRET).generate_otp(step + shift)
    found = matching_step(SECRET, code, NOW, step + last)
    assert found == (step + shift if abs(shift) <= 1 and shift > last else None)


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_none(text: str) -> None:
    assert matching_step(SECRET, plain_code(text), NOW, 0) in (
        None,
        *(int(NOW // STEP_S) + near for near in (-1, 0, 1)),
    )


def test_recovery_codes_differ_and_survive_handwriting() -> None:
    codes = new_recovery_codes()
    assert len({plain_code(code.upper().replace("-", " ")) for code in codes}) == 10
    assert all(len(plain_code(code)) == 16 for code in codes)


@given(st.text(max_size=300))
def test_any_user_agent_is_a_device_in_words(text: str) -> None:
    assert len(device_of(text)) <= 100


def test_known_browsers() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"
    assert device_of(edge) == "Edge on Windows"
    assert device_of(phone) == "Safari on iPhone"


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=1100))
def test_any_password_is_taken_or_refused_in_words(text: str) -> None:
    sentence = weakness(text, ["ann"], min_length=10)
    assert sentence is None or sentence.endswith(".")
    if len(text) < 10 or len(text) > 1024:
        assert sentence is not None


def test_the_strictest_role_rules() -> None:
    rules = IdentitySettings(second_factor_required=["administrator"], second_factor_off=["agent"])
    assert rule_of(["agent"], rules) == "off"
    assert rule_of(["agent", "supervisor"], rules) == "offered"
    assert rule_of(["agent", "administrator"], rules) == "required"
    assert rule_of([], rules) == "offered"
