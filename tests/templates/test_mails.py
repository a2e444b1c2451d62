"""What each of the four mails holds, in each language."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from jinja2 import UndefinedError

from domain.mail.content import MailContent
from domain.mail.languages import LANGUAGES
from domain.status import MailKind
from templates.catalogue import catalogue, sentence
from templates.mails import MailRenderer
from templates.rendering import environment
from tests.templates.samples import (
    APP_STORE,
    BASE,
    BRANDING,
    EVERY_ENROLMENT_MAIL,
    EVERY_MAIL,
    GOOGLE_PLAY,
    PIXEL_GUID,
    RENDERER,
    SETUP_URL,
    TODAY,
    TOKEN,
    Page,
    content,
    rendered,
)

DEADLINES = {
    "en": "Tuesday 1 December 2026, in 5 days",
    "de": "Dienstag, 1. Dezember 2026, also in 5 Tagen",
    "fr": "mardi 1er décembre 2026, dans 5 jours",
    "es": "martes, 1 de diciembre de 2026, dentro de 5 días",
    "it": "martedì 1º dicembre 2026, tra 5 giorni",
    "nl": "dinsdag 1 december 2026, over 5 dagen",
    "pl": "wtorek, 1 grudnia 2026 (za 5 dni)",
    "pt": "terça-feira, 1º de dezembro de 2026, em 5 dias",
    "ar": "الثلاثاء، 1 ديسمبر 2026، أي خلال 5 أيام",
}
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def squeezed(text: str) -> str:
    """Return a text without its line breaks, as a reader takes it in."""
    return re.sub(r"[ \n]+", " ", text)


@pytest.mark.parametrize(("kind", "language"), EVERY_ENROLMENT_MAIL)
def test_a_mail_to_a_user_has_exactly_these_links(kind: MailKind, language: str) -> None:
    """Button, the app's two stores, manual way, support's two, and the resend page, in order."""
    page = Page(rendered(kind, language).html)
    assert page.links == [
        f"{BASE}/api/enrol?token={TOKEN}",
        APP_STORE,
        GOOGLE_PLAY,
        SETUP_URL,
        f"mailto:{BRANDING.support_email}",
        "tel:+442079460000",
        f"{BASE}/api/resend",
    ]


@pytest.mark.wording
@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_every_mail_says_what_people_need(kind: MailKind, language: str) -> None:
    """HTML and text name the reader, sender, deadline, manual way and support."""
    mail = rendered(kind, language)
    for text in (squeezed(Page(mail.html).text_of_body), squeezed(mail.text)):
        assert content(kind).recipient_name in text
        assert DEADLINES[language] in text
        assert "aka.ms/mfasetup" in text
        assert BRANDING.support_team in text
        assert BRANDING.company_name in text
        assert BRANDING.support_email in text
        assert "+44 20 7946 0000" in text.replace("\u00a0", " ")
        lost = sentence(language, "common", "lost_link")
        assert (lost in text) == (kind is not MailKind.ESCALATION)


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_nothing_of_a_template_is_left(kind: MailKind, language: str) -> None:
    """No placeholder, brace or None reaches a reader."""
    mail = rendered(kind, language)
    for text in (mail.subject, Page(mail.html).text_of_body, mail.text):
        assert not re.search(r"[{}]|%}|None|<", text)


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_the_pixel_is_the_last_thing_in_the_body(kind: MailKind, language: str) -> None:
    """The pixel is one image of 1 by 1, without a text, after everything else (seed)."""
    mail = rendered(kind, language)
    guid = PIXEL_GUID if kind is MailKind.ESCALATION else TOKEN
    assert Page(mail.html).elements[-1] == (
        "img",
        {"src": f"{BASE}/api/track-open?token={guid}", "width": "1", "height": "1", "alt": ""},
    )


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_without_open_tracking_no_image_is_loaded(kind: MailKind, language: str) -> None:
    """Open tracking off leaves no image but those that come along, and no track-open address."""
    mail = RENDERER.render(content(kind, language, open_tracking=False))
    shown = [image["src"] for image in Page(mail.html).all("img")]
    assert shown == [f"cid:{image.content_id}" for image in mail.images]
    assert "track-open" not in mail.html + mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_escalation_holds_nothing_of_the_employees_but_the_name(language: str) -> None:
    """An escalation's only GUID is the pixel's, and it leads to no enrolment and no app store."""
    mail = rendered(MailKind.ESCALATION, language)
    everything = mail.subject + mail.html + mail.text
    assert set(GUID.findall(everything)) == {PIXEL_GUID}
    assert "/api/enrol" not in everything
    assert set(Page(mail.html).links) == {
        SETUP_URL,
        f"{BASE}/api/resend",
        f"mailto:{BRANDING.support_email}",
        "tel:+442079460000",
    }
    assert mail.images == ()


@pytest.mark.wording
@pytest.mark.parametrize(
    ("language", "header", "reminders"),
    [
        ("en", "Manager Action Required", "2 reminders"),
        ("de", "Ihre Mithilfe als Führungskraft ist nötig", "2 Erinnerungen"),
        ("fr", "Action requise du responsable", "2 rappels"),
    ],
)
def test_an_escalation_tells_who_and_how_often(language: str, header: str, reminders: str) -> None:
    """The header, the employee's name and the number of reminders are there (seed)."""
    mail = rendered(MailKind.ESCALATION, language)
    for text in (Page(mail.html).text_of_body, mail.text.replace(header.upper(), header)):
        assert header in text
        assert "Adele Vance" in text
        assert reminders in squeezed(text)


def test_an_escalations_header_is_red() -> None:
    """The header's cell is red by attribute and by style, for Outlook and for all others."""
    cells = Page(rendered(MailKind.ESCALATION).html).all("td")
    red = [cell for cell in cells if cell.get("bgcolor") == "#b3261e"]
    assert len(red) == 1
    assert "background-color: #b3261e" in (red[0].get("style") or "")


@pytest.mark.wording
def test_one_reminder_is_told_in_the_singular() -> None:
    """The count's noun follows the number."""
    mail = rendered(MailKind.ESCALATION, nudge_count=1)
    assert "1 reminder." in squeezed(mail.text)


@pytest.mark.wording
@pytest.mark.parametrize(
    ("kind", "before_manager", "is_last", "said"),
    [
        (MailKind.REMINDER, False, False, "This is reminder 3."),
        (MailKind.REMINDER, True, False, "This is reminder 3, the last one before we ask your m"),
        (MailKind.FOLLOW_UP, True, True, "This is reminder 3, the last one before we ask your m"),
        (MailKind.FOLLOW_UP, False, True, "This is reminder 3, the last one we will send."),
        (MailKind.INVITATION, True, True, None),
        (MailKind.ESCALATION, True, True, None),
    ],
)
def test_a_reminder_says_which_one_it_is(
    kind: MailKind, before_manager: bool, is_last: bool, said: str | None
) -> None:
    """Both count together; the one before the manager is told says so, and so does the last."""
    mail = rendered(kind, nudge_count=3, before_manager=before_manager, is_last=is_last)
    for text in (squeezed(mail.text), squeezed(Page(mail.html).text_of_body)):
        assert (said or "This is reminder") in text if said else "This is reminder" not in text


@pytest.mark.parametrize(
    ("preferred", "language"),
    [("de-CH", "de"), ("fr_CA", "fr"), ("DE", "de"), ("en-GB", "en"), ("pt-BR", "pt"),
     ("zh-CN", "en"), (None, "en"), ("", "en"), ("../de", "en"), ("deu", "en")],
)  # fmt: skip
def test_the_reader_gets_their_language(preferred: str | None, language: str) -> None:
    """A region is ignored, and an unknown language gives English."""
    (html,) = Page(rendered(MailKind.INVITATION, preferred).html).all("html")
    assert (html["lang"], html["dir"]) == (language, "ltr")


def test_the_organisations_language_is_for_readers_without_one() -> None:
    """DEFAULT_LANGUAGE stands for a language that is missing or not ours, and for no other."""
    renderer = MailRenderer(replace(BRANDING, default_language="pl"))
    mails = {
        known: renderer.render(content(MailKind.REMINDER, known)) for known in (None, "zh", "de")
    }
    assert mails[None] == mails["zh"] == rendered(MailKind.REMINDER, "pl")
    assert mails["de"] == rendered(MailKind.REMINDER, "de")


@pytest.mark.parametrize("kind", [MailKind.REMINDER, MailKind.FOLLOW_UP])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_reminder_does_not_repeat_the_first(kind: MailKind, language: str) -> None:
    """Subject, heading and text are others, and the subject has the number of the reminder."""
    first = rendered(kind, language)
    second = rendered(kind, language, nudge_count=2, is_repeated=True)
    assert "2" in second.subject
    assert second.subject != first.subject
    for key in ("heading", "body"):
        said = catalogue(language)[kind.value]
        assert said[key] != said[f"{key}_again"]
    assert second.text.splitlines()[0] != first.text.splitlines()[0]


@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.ESCALATION])
def test_other_mails_have_no_second_text(kind: MailKind) -> None:
    """An invitation that is sent again is the same invitation."""
    assert rendered(kind, is_repeated=True) == rendered(kind)


@pytest.mark.wording
@pytest.mark.parametrize(
    ("days", "said"),
    [
        (40, "is Tuesday 5 January 2027, in 40 days."),
        (2, "is Saturday 28 November 2026, in 2 days."),
        (1, "is tomorrow, Friday 27 November 2026."),
        (0, "is today, Thursday 26 November 2026."),
        (-1, "has passed: it was Wednesday 25 November 2026."),
        (-400, "has passed: it was Wednesday 22 October 2025."),
    ],
)
@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.ESCALATION])
def test_the_deadline_is_told_in_days(kind: MailKind, days: int, said: str) -> None:
    """It says in how many days it is, and one that has passed is told as past."""
    mail = rendered(kind, deadline=TODAY + timedelta(days=days))
    for text in (squeezed(mail.text), squeezed(Page(mail.html).text_of_body)):
        assert f"The deadline for everyone at Contoso {said}" in text


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_the_deadline_is_left_out_when_there_is_none(kind: MailKind, language: str) -> None:
    """Without a deadline no mail speaks of one."""
    with_it, without = rendered(kind, language), rendered(kind, language, deadline=None)
    assert "2026" in with_it.text
    assert "2026" not in without.text + without.html


def test_a_phone_number_is_left_out_when_there_is_none() -> None:
    """Without a phone number nobody is asked to call."""
    mail = MailRenderer(replace(BRANDING, support_phone=None)).render(content(MailKind.REMINDER))
    assert "call" not in mail.text
    assert BRANDING.support_email in mail.text


@pytest.mark.wording
def test_nobody_is_greeted_without_a_name() -> None:
    """An empty name gives a greeting without one."""
    mail = rendered(MailKind.INVITATION, recipient_name=" \t")
    assert "\nHello,\n" in mail.text


@pytest.mark.parametrize(
    "wrong",
    [
        replace(content(MailKind.ESCALATION), links=content(MailKind.REMINDER).links),
        replace(content(MailKind.ESCALATION), employee_name=None),
        replace(content(MailKind.INVITATION), links=content(MailKind.ESCALATION).links),
    ],
    ids=["escalation-with-token", "escalation-about-nobody", "invitation-without-link"],
)
def test_a_mail_that_must_not_leave_is_refused(wrong: MailContent) -> None:
    """A token in an escalation, or an invitation without a link, is an error and no mail."""
    with pytest.raises(ValueError, match="must"):
        MailRenderer(BRANDING).render(wrong)


@pytest.mark.parametrize("name", ["enrolment.html.j2", "escalation.txt.j2"])
def test_a_missing_value_is_an_error(name: str) -> None:
    """A template that isn't given a value it names fails instead of leaving a gap."""
    with pytest.raises(UndefinedError):
        environment().get_template(f"mail/{name}").render(kind="invitation")
