"""Mails to render in tests, and the eyes to read the HTML that comes out."""

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

from domain.mail.content import Branding, MailContent, RenderedMail
from domain.mail.languages import LANGUAGES
from domain.mail.links import enrolment_links, escalation_links
from domain.status import MailKind
from templates.mails import MailRenderer

TOKEN = "6f1f2a86-0a4c-4d0e-9a50-6c2f7a0f5b11"
PIXEL_GUID = "c3a0b0de-77aa-4f07-8d0c-1f2e3d4c5b6a"
BASE = "https://mfa.contoso.example"
SETUP_URL = "https://aka.ms/mfasetup"
APP_STORE = "https://apps.apple.com/app/microsoft-authenticator/id983156458"
GOOGLE_PLAY = "https://play.google.com/store/apps/details?id=com.azure.authenticator"

TODAY = date(2026, 11, 26)

BRANDING = Branding(
    company_name="Contoso",
    support_team="IT Service Desk",
    support_email="servicedesk@contoso.example",
    support_phone="+44 20 7946 0000",
)

# Once, since to prepare the templates takes longer than to render them.
RENDERER = MailRenderer(BRANDING)

EVERY_MAIL = [(kind, language) for kind in MailKind for language in LANGUAGES]
EVERY_ENROLMENT_MAIL = [pair for pair in EVERY_MAIL if pair[0] is not MailKind.ESCALATION]
# From left to right and from right to left.
BOTH_DIRECTIONS = [(kind, language) for kind in MailKind for language in ("en", "ar")]


def content(
    kind: MailKind, language: str | None = "en", *, open_tracking: bool = True
) -> MailContent:
    """Return what a mail of a kind says: to Adele, or about Adele to her manager Patti."""
    if kind is MailKind.ESCALATION:
        return MailContent(
            kind=kind,
            recipient_name="Patti Fernandez",
            language=language,
            today=TODAY,
            deadline=date(2026, 12, 1),
            employee_name="Adele Vance",
            nudge_count=2,
            links=escalation_links(
                public_base_url=BASE,
                pixel_guid=PIXEL_GUID,
                setup_url=SETUP_URL,
                open_tracking=open_tracking,
            ),
        )
    return MailContent(
        kind=kind,
        recipient_name="Adele Vance",
        language=language,
        today=TODAY,
        deadline=date(2026, 12, 1),
        nudge_count=1,
        links=enrolment_links(
            public_base_url=BASE, token=TOKEN, setup_url=SETUP_URL, open_tracking=open_tracking
        ),
    )


def rendered(kind: MailKind, language: str | None = "en", **changes: object) -> RenderedMail:
    """Return a rendered mail, its content changed in some fields."""
    return RENDERER.render(replace(content(kind, language), **changes))  # type: ignore[arg-type]


class Page(HTMLParser):
    """A mail's HTML as a reader's program takes it apart."""

    def __init__(self, html: str) -> None:
        """Read the whole HTML."""
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text_of_body = ""
        self._in_body = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self._in_body = self._in_body or tag == "body"
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note the text that is shown."""
        if self._in_body:
            self.text_of_body += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of each element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def links(self) -> list[str | None]:
        """Where the links lead, in their order."""
        return [attributes.get("href") for attributes in self.all("a")]
