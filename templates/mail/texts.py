"""What one mail says: the values of its sentences, and which of them are said."""

from urllib.parse import urlsplit

from domain.mail.content import Branding, MailContent
from domain.status import MailKind
from templates.catalogue import counted, sentence
from templates.markup import Voice
from templates.words import Words, brand_values, deadline_values, without_scheme

NUDGES = frozenset({MailKind.REMINDER, MailKind.FOLLOW_UP})


def words(content: MailContent, branding: Branding, language: str, voice: Voice) -> Words:
    """Return the words of a mail in one language and one way of writing."""
    links = content.links
    values = brand_values(branding, links.setup_url, voice) | {
        "name": voice.name(content.recipient_name),
        "resend": voice.link(links.resend_url, without_scheme(links.resend_url)),
        "host": voice.number(urlsplit(links.resend_url).netloc),
        "number": str(content.nudge_count),
    }
    if content.kind is not MailKind.ESCALATION:
        values["button"] = sentence(language, content.kind.value, "button")
    if content.deadline is not None:
        values |= deadline_values(language, content.deadline, content.today, voice)
    if content.employee_name is not None:
        values["employee"] = voice.strong(voice.name(content.employee_name))
        count = counted(language, "escalation", "reminders", content.nudge_count)
        values["reminders"] = voice.strong(count.format(count=content.nudge_count))
    return Words(language=language, voice=voice, values=values)


def count_key(content: MailContent) -> str | None:
    """Return the key of the sentence that says which reminder this is, None for other mails."""
    if content.kind not in NUDGES:
        return None
    if content.before_manager:
        return "count_before_manager"
    return "count_last" if content.is_last else "count"


def repeated(content: MailContent, key: str) -> str:
    """Return the key of a mail's own text: the second of its kind doesn't repeat the first."""
    return f"{key}_again" if content.is_repeated and content.kind in NUDGES else key
