"""The subject lines of the mails."""

from dataclasses import replace

import pytest

from domain.mail.subject_lines import subjects_by_language
from domain.status import MailKind
from templates.catalogue import sentence
from templates.mail.subjects import Subjects
from templates.mails import MailRenderer
from tests.templates.samples import BRANDING, EVERY_MAIL, content, rendered


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_every_kind_has_a_subject_of_its_own(kind: MailKind, language: str) -> None:
    """The four kinds can be told apart in a mailbox, and the catalogue's subjects are valid."""
    Subjects({kind: {language: sentence(language, kind.value, "subject")}})
    subjects = {rendered(other, language).subject for other in MailKind}
    assert len(subjects) == len(MailKind)


def test_an_own_subject_is_used_in_every_language() -> None:
    """All placeholders are filled, the deadline in the reader's language."""
    renderer = MailRenderer(
        BRANDING, {MailKind.ESCALATION: {"*": "{company} {name} {employee} {deadline}"}}
    )
    subjects = [
        renderer.render(content(MailKind.ESCALATION, language)).subject
        for language in ("en", "de", "fr")
    ]
    assert subjects == [
        "Contoso Patti Fernandez Adele Vance Tuesday 1 December 2026",
        "Contoso Patti Fernandez Adele Vance Dienstag, 1. Dezember 2026",
        "Contoso Patti Fernandez Adele Vance mardi 1er décembre 2026",
    ]


def test_an_own_subject_for_each_language() -> None:
    """A language has its own subject, another one the subject for all, or else the catalogue's."""
    own = subjects_by_language("Set up MFA; de: MFA einrichten; fr: Configurer la MFA")
    renderer = MailRenderer(BRANDING, {MailKind.INVITATION: own})
    said = {
        language: renderer.render(content(MailKind.INVITATION, language)).subject
        for language in ("en", "de-CH", "fr", "ar")
    }
    assert said == {
        "en": "Set up MFA",
        "de-CH": "MFA einrichten",
        "fr": "Configurer la MFA",
        "ar": "Set up MFA",
    }
    german = MailRenderer(BRANDING, {MailKind.INVITATION: {"de": "MFA einrichten"}})
    polish = content(MailKind.INVITATION, "pl")
    assert german.render(polish).subject == MailRenderer(BRANDING).render(polish).subject


@pytest.mark.wording
def test_other_kinds_keep_the_catalogues_subject() -> None:
    """An own subject of the reminder leaves the invitation's alone."""
    renderer = MailRenderer(BRANDING, {MailKind.REMINDER: {"*": "Again"}})
    invitation = renderer.render(content(MailKind.INVITATION)).subject
    assert invitation == "Contoso: please set up multi-factor authentication"


@pytest.mark.wording
def test_a_subject_about_a_deadline_needs_one() -> None:
    """Without a deadline a subject that names it gives way to the catalogue's."""
    own = {MailKind.REMINDER: {"*": "Do it before {deadline}"}}
    renderer = MailRenderer(BRANDING, own)
    with_deadline = content(MailKind.REMINDER)
    without = replace(with_deadline, deadline=None)
    assert renderer.render(with_deadline).subject == "Do it before Tuesday 1 December 2026"
    usual = "Reminder: set up multi-factor authentication for Contoso"
    assert renderer.render(without).subject == usual


def test_a_wrong_subject_is_refused_at_the_start() -> None:
    """What a subject may not hold is found before the first mail."""
    with pytest.raises(ValueError, match="unknown placeholder"):
        MailRenderer(BRANDING, {MailKind.REMINDER: {"de": "Hi {nmae}"}})


def test_a_subject_is_never_longer_than_graph_allows() -> None:
    """A name of 256 emoji is cut, so that the subject keeps within 255 UTF-16 units."""
    renderer = MailRenderer(BRANDING, {MailKind.REMINDER: {"*": "{name}, please"}})
    mail = renderer.render(replace(content(MailKind.REMINDER), recipient_name="🎉" * 256))
    assert mail.subject == "🎉" * 127 + "…"
