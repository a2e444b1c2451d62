"""What mails are made of: what isn't said is left out, and nothing personal stands in a log."""

from datetime import date

from domain.mail.content import Branding, MailContent, MailLinks, OutgoingMail
from domain.status import MailKind

TODAY = date(2026, 11, 26)
LINKS = MailLinks(enrol_url=None, resend_url="r", pixel_url=None, setup_url="s")


def test_what_is_not_said_is_left_out() -> None:
    """Telephone, logo, language, deadline and employee are optional; a colour is always there."""
    branding = Branding(company_name="Contoso", support_team="IT", support_email="it@x.example")
    assert (branding.support_phone, branding.logo) == (None, None)
    assert branding.primary_colour == "#0b5cad"
    content = MailContent(kind=MailKind.REMINDER, recipient_name="Ada", links=LINKS, today=TODAY)
    assert (content.language, content.deadline, content.employee_name) == (None, None, None)
    assert content.nudge_count == 0


def test_a_mail_in_a_log_has_its_subject_alone() -> None:
    """Neither the reader nor the text with its links is in what is printed of a mail."""
    mail = OutgoingMail(
        subject="Please enrol", html="<p>token", text="token", to_address="ada@x", to_name="Ada"
    )
    assert repr(mail) == "OutgoingMail(subject='Please enrol', images=(), headers={})"
