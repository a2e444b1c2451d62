"""What one mail says: a catalogue's sentences with this mail's values in their places."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.enrolment.status import MailKind
from domain.mail.content import Branding, MailContent
from templates.mail.catalogue import date_in_words, plural_key, sentence, sentences
from templates.mail.markup import Voice

# Microsoft's own pages of the app; the two links that every mail to a user carries (seed).
APP_STORE_URL = "https://apps.apple.com/app/microsoft-authenticator/id983156458"
GOOGLE_PLAY_URL = "https://play.google.com/store/apps/details?id=com.azure.authenticator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The sentences of one mail, as its templates ask for them."""

    language: str
    voice: Voice
    values: dict[str, str]

    def say(self, section: str, key: str) -> str:
        """Return one sentence.

        Raises:
            KeyError: the catalogue lacks the sentence, or the mail a value for it.
        """
        return self._filled(sentence(self.language, section, key))

    def say_all(self, section: str, key: str) -> list[str]:
        """Return several sentences, for example the steps of what to do.

        Raises:
            KeyError: the catalogue lacks them, or the mail a value for one.
        """
        return [self._filled(pattern) for pattern in sentences(self.language, section, key)]

    def _filled(self, pattern: str) -> str:
        return self.voice.pattern(pattern).format(**self.values)


def words(content: MailContent, branding: Branding, language: str, voice: Voice) -> Words:
    """Return the words of a mail in one language and one way of writing."""
    links = content.links
    values = {
        "company": voice.name(branding.company_name),
        "team": voice.name(branding.support_team),
        "email": voice.link(f"mailto:{branding.support_email}", branding.support_email),
        "name": voice.name(content.recipient_name),
        "setup": voice.link(links.setup_url, _without_scheme(links.setup_url)),
        "resend": voice.link(links.resend_url, _without_scheme(links.resend_url)),
        "host": urlsplit(links.resend_url).netloc,
        "number": str(content.nudge_count),
    }
    if content.kind is not MailKind.ESCALATION:
        values["button"] = sentence(language, content.kind.value, "button")
    if branding.support_phone is not None:
        values["phone"] = branding.support_phone
    if content.deadline is not None:
        values["deadline"] = voice.strong(date_in_words(language, content.deadline))
    if content.employee_name is not None:
        values["employee"] = voice.strong(voice.name(content.employee_name))
        number = plural_key(language, content.nudge_count)
        count = sentence(language, "escalation", f"reminders_{number}")
        values["reminders"] = voice.strong(count.format(count=content.nudge_count))
    return Words(language=language, voice=voice, values=values)


def _without_scheme(url: str) -> str:
    """Return an address as people type it: ``aka.ms/mfasetup``."""
    return url.partition("://")[2].rstrip("/")
