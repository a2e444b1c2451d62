"""Telephone numbers as the directory has them."""

import pytest

from domain.person import Person
from domain.portal.call_list import CallEntry, Contact, phone_text


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((), None),
        ((None, "", " "), None),
        (("+49 30 1", "+49 170 2", "+49 30 1"), "+49 30 1, +49 170 2"),
        (("+49\n30 1", 7), "+49 30 1"),
        (("1" * 300,), "1" * 254 + "…"),
    ],
)
def test_numbers_are_one_bounded_line(numbers: tuple[object, ...], text: str | None) -> None:
    """Anybody may have typed anything into the directory."""
    assert phone_text(numbers) == text


def test_numbers_are_in_no_log() -> None:
    """What is printed of a contact, or of whom to call, names no number."""
    person = Person(object_id="1", user_principal_name="a@b.example", display_name="Ada")
    shown = [
        Contact(person=person, phone="+49 30 1"),
        CallEntry(phone="+49 30 1", manager_name="Grace", manager_phone="+49 30 2"),
    ]
    assert "+49" not in repr(shown)
    assert "Grace" not in repr(shown)
