"""The subject lines of the mails."""

from dataclasses import replace

import pytest

from domain.enrolment.status import MailKind
from domain.mail.rehearsal import redirected_subject
from templates.mail.catalogue import LANGUAGES, sentence
from templates.mail.subjects import Subjects
from templates.mails import MailRenderer
from tests.templates.samples import BRANDING, EVERY_MAIL, content, rendered


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_every_kind_has_a_subject_of_its_own(kind: MailKind, language: str) -> None:
    """The four kinds can be told apart in a mailbox, and the catalogue's subjects are valid."""
    Subjects({kind: sentence(language, kind.value, "subject")})
    subjects = {rendered(other, language).subject for other in MailKind}
    assert len(subjects) == len(MailKind)


def test_an_own_subject_is_used_in_every_language() -> None:
    """All placeholders are filled, the deadline in the reader's language."""
    renderer = MailRenderer(
        BRANDING, {MailKind.ESCALATION: "{company} {name} {employee} {deadline}"}
    )
    subjects = [
        renderer.render(content(MailKind.ESCALATION, language)).subject for language in LANGUAGES
    ]
    assert subjects == [
        "Contoso Patti Fernandez Adele Vance Tuesday 1 December 2026",
        "Contoso Patti Fernandez Adele Vance Dienstag, 1. Dezember 2026",
        "Contoso Patti Fernandez Adele Vance mardi 1er décembre 2026",
    ]


@pytest.mark.wording
def test_other_kinds_keep_the_catalogues_subject() -> None:
    """An own subject of the reminder leaves the invitation's alone."""
    renderer = MailRenderer(BRANDING, {MailKind.REMINDER: "Again"})
    invitation = renderer.render(content(MailKind.INVITATION)).subject
    assert invitation == "Contoso: please set up multi-factor sign-in"


@pytest.mark.wording
def test_a_subject_about_a_deadline_needs_one() -> None:
    """Without a deadline a subject that names it gives way to the catalogue's."""
    own = {MailKind.REMINDER: "Do it before {deadline}"}
    renderer = MailRenderer(BRANDING, own)
    with_deadline = content(MailKind.REMINDER)
    without = replace(with_deadline, deadline=None)
    assert renderer.render(with_deadline).subject == "Do it before Tuesday 1 December 2026"
    usual = "Reminder: set up multi-factor sign-in for Contoso"
    assert renderer.render(without).subject == usual


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
def test_an_unknown_placeholder_is_refused_at_the_start(
    kind: MailKind, pattern: str, named: str
) -> None:
    """The error names the placeholder, the kind of mail and what is allowed."""
    with pytest.raises(ValueError, match=kind.value) as caught:
        MailRenderer(BRANDING, {kind: pattern})
    message = str(caught.value)
    assert f"placeholder {named};" in message
    assert message.endswith("allowed are {company}, {name}, {deadline}")


@pytest.mark.parametrize("pattern", ["", " \r\n", "{name", "name}"])
def test_a_malformed_subject_is_refused_at_the_start(pattern: str) -> None:
    """An empty subject and a lone brace are found before the first mail."""
    with pytest.raises(ValueError, match="the subject of the follow-up is"):
        MailRenderer(BRANDING, {MailKind.FOLLOW_UP: pattern})


def test_a_subject_is_one_line() -> None:
    """A line break in a configured subject can't begin another header."""
    renderer = MailRenderer(BRANDING, {MailKind.REMINDER: "One\r\nBcc: two"})
    assert renderer.render(content(MailKind.REMINDER)).subject == "One Bcc: two"


def test_a_subject_is_never_longer_than_graph_allows() -> None:
    """A name of 256 emoji is cut, so that the subject keeps within 255 UTF-16 units."""
    renderer = MailRenderer(BRANDING, {MailKind.REMINDER: "{name}, please"})
    mail = renderer.render(replace(content(MailKind.REMINDER), recipient_name="🎉" * 256))
    assert mail.subject == "🎉" * 127 + "…"


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("Ada\nLovelace", "[for Ada Lovelace] Please"),
        ("", "[for somebody without a name] Please"),
        ("דנה", "[for \u2068דנה\u2069] Please"),
    ],
)
def test_a_redirected_mail_says_for_whom_it_is(name: str, subject: str) -> None:
    """The reader's name stands first, in one line."""
    assert redirected_subject("Please", name) == subject


def test_a_redirected_subject_keeps_within_bounds() -> None:
    """Name and subject together are cut to what Graph allows."""
    assert len(redirected_subject("s" * 255, "n" * 200)) == 255
