"""An organisation's own subject lines: what they may hold, and their languages."""

import pytest

from domain.mail.subject_lines import checked_subject, placeholders, subjects_by_language
from domain.status import MailKind


@pytest.mark.parametrize(
    ("kind", "pattern", "named"),
    [
        (MailKind.REMINDER, "Hi {nmae}", "{nmae}"),
        (MailKind.INVITATION, "About {employee}", "{employee}"),
        (MailKind.REMINDER, "{}", "{}"),
        (MailKind.REMINDER, "{0}", "{0}"),
        (MailKind.REMINDER, "{name.__class__}", "{name.__class__}"),
        (MailKind.REMINDER, "{name!r}", "{name!r}"),
        (MailKind.REMINDER, "{name:>999999999}", "{name:>999999999}"),
    ],
)
def test_an_unknown_placeholder_is_named(kind: MailKind, pattern: str, named: str) -> None:
    """The error names the placeholder, the kind of mail and what is allowed."""
    with pytest.raises(ValueError, match=kind.value) as caught:
        checked_subject(kind, pattern)
    message = str(caught.value)
    assert f"placeholder {named};" in message
    assert message.endswith("allowed are {company}, {name}, {deadline}")


@pytest.mark.parametrize("kind", [kind for kind in MailKind if kind is not MailKind.ESCALATION])
@pytest.mark.parametrize("pattern", ["", " \r\n", "{name", "name}"])
def test_a_malformed_subject_is_refused(kind: MailKind, pattern: str) -> None:
    """An empty subject and a lone brace are no subjects, and the message says of which mail."""
    with pytest.raises(ValueError, match=f"the subject of the {kind.value} is"):
        checked_subject(kind, pattern)


def test_a_malformed_subject_is_told_what_is_allowed() -> None:
    """Also where the placeholders can't be read."""
    with pytest.raises(ValueError, match=r"malformed \(.+\); allowed are {company}, {name}, {dea"):
        checked_subject(MailKind.REMINDER, "{name")


def test_an_escalation_may_name_the_employee() -> None:
    """All four placeholders are allowed there, and stay as they are written."""
    pattern = "{company} {name} {deadline} {employee}"
    assert checked_subject(MailKind.ESCALATION, pattern) == pattern


def test_a_subject_is_one_line() -> None:
    """A line break in a configured subject can't begin another header."""
    assert checked_subject(MailKind.REMINDER, "One\r\nBcc: two") == "One Bcc: two"


def test_placeholders_are_told_as_they_are_written() -> None:
    """With their conversions and formats, and text around them doesn't count."""
    assert placeholders("a {x} b {y!r} {z:>3} {{no}} {w!s:^4}") == {"x", "y!r", "z:>3", "w!s:^4"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Set up MFA", {"*": "Set up MFA"}),
        ("MFA; please, {name}", {"*": "MFA; please, {name}"}),
        ("IT: set up MFA", {"*": "IT: set up MFA"}),
        ("de: MFA einrichten", {"de": "MFA einrichten"}),
        ("A; de: B;fr:C", {"*": "A", "de": "B", "fr": "C"}),
        ("de: MFA: jetzt; ar: MFA", {"de": "MFA: jetzt", "ar": "MFA"}),
    ],
)
def test_a_setting_may_hold_several_languages(text: str, found: dict[str, str]) -> None:
    """A semicolon before a language begins its subject; any other one is part of a subject."""
    assert subjects_by_language(text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("de: A; de: B", "two subjects for de"),
        ("A; ja: B", "no mails in the language ja"),
    ],
)
def test_a_language_that_is_there_twice_or_not_ours_is_refused(text: str, said: str) -> None:
    """Neither would ever be sent."""
    with pytest.raises(ValueError, match=said):
        subjects_by_language(text)
