import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.flows.template import TemplateError, parse, render


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Number {number|digits}.", "Number 1 2 3 4 5 6."),
        ("Ends in {number|last4}", "Ends in 3 4 5 6"),
        ("{code|upper|spell}", "A B 1"),
        ("{code|lower}", "ab1"),
        ("{missing}", ""),
        ("{{number}}", "{number}"),
        ("{ number | digits }", "1 2 3 4 5 6"),
        ("{office|hours}", "office said by hours"),
    ],
)
def test_slots_are_filled(text: str, spoken: str) -> None:
    data = {"number": "123456", "code": "Ab1"}
    assert render(text, data, lambda name, how: f"{name} said by {how}") == spoken


@pytest.mark.parametrize("text", ["{", "}", "{}", "{a b}", "{a.}", "{.a}", "{a|}", "{a|eval}", "{1}", "{{a}"])
def test_what_is_no_template_is_refused_and_rendered_as_it_is(text: str) -> None:
    with pytest.raises(TemplateError):
        parse(text)
    assert render(text, {"a": "x"}) == text


@given(st.text(alphabet="{}|ab digts\n", max_size=20), st.dictionaries(st.just("a"), st.text()))
def test_rendering_never_raises(text: str, data: dict[str, str]) -> None:
    render(text, data)


@given(st.text())
def test_what_a_caller_enters_is_never_read_as_a_template(value: str) -> None:
    assert render("{a}", {"a": value}) == value
