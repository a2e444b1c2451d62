"""A person as the directory describes them: bounded texts, and where mail reaches them."""

from dataclasses import replace

import pytest

from domain.person import LONGEST_ADDRESS, Person, mail_address
from tests.domain.enrolment.states import ADA

DOMAINS = frozenset({"contoso.example"})
LONG = "x" * 300


def test_texts_are_one_line_of_255() -> None:
    """Whoever typed what into the directory, it fits a history and a summary."""
    bounded = Person(
        object_id=LONG,
        user_principal_name=LONG,
        display_name="Ada\r\nLovelace",
        department=LONG,
        language=LONG,
        user_type=LONG,
    )
    cut = "x" * 254 + "…"
    assert bounded.display_name == "Ada Lovelace"
    names = ("object_id", "user_principal_name", "department", "language", "user_type")
    assert {getattr(bounded, name) for name in names} == {cut}


@pytest.mark.parametrize("nothing", [None, "", " \r\n", "\x00"])
def test_a_text_of_nothing_is_none(nothing: str | None) -> None:
    """Department and language are left out where nothing is to be seen."""
    person = replace(ADA, department=nothing, language=nothing)
    assert (person.department, person.language) == (None, None)


def test_what_is_not_said_is_usual() -> None:
    """An account is an enabled member's; mail, department and language are unknown."""
    person = Person(object_id="o", user_principal_name="u@contoso.example", display_name="U")
    assert (person.mail, person.department, person.language) == (None, None, None)
    assert person.account_enabled
    assert (person.user_type, person.is_guest) == ("Member", False)


@pytest.mark.parametrize(
    ("mail", "kept"),
    [
        ("a" * (LONGEST_ADDRESS - 2) + "@b", True),
        ("a" * (LONGEST_ADDRESS - 1) + "@b", False),
        ("a\r\nBcc: all@contoso.example", False),
        ("", False),
        ("a", True),
    ],
)
def test_what_can_be_no_address_is_none(mail: str, kept: bool) -> None:
    """320 characters in one line at most, and at least one."""
    assert LONGEST_ADDRESS == 320
    assert replace(ADA, mail=mail).mail == (mail if kept else None)


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, "ada@contoso.example"),
        ({"mail": "other@fabrikam.example"}, "other@fabrikam.example"),
        ({"mail": None}, "Ada@CONTOSO.example"),
        ({"mail": None, "user_principal_name": "ada@fabrikam.example"}, None),
        ({"mail": None, "user_principal_name": "a@b@contoso.example"}, "a@b@contoso.example"),
        ({"mail": None, "user_type": "GUEST"}, None),
        ({"user_type": "Guest"}, "ada@contoso.example"),
    ],
)
def test_mail_reaches_the_address_or_a_members_name(
    changes: dict[str, str | None], address: str | None
) -> None:
    """A name counts in the tenant's own domains only, and a guest's never."""
    person = replace(ADA, **{"user_principal_name": "Ada@CONTOSO.example"} | changes)  # type: ignore[arg-type]
    assert mail_address(person, DOMAINS) == address
