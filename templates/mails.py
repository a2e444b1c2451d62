"""The rendering of mails: from what a mail must say to subject, HTML and plain text."""

import hashlib
import json
import re
from dataclasses import replace
from functools import cache, partial
from importlib.resources import files

from css_inline import CSSInliner

from domain.enrolment.status import MailKind
from domain.mail.content import Branding, InlineImage, MailContent, RenderedMail
from domain.mail.languages import direction, known_language
from domain.plain_text import one_line
from domain.tables.mail import MailSource
from templates.authenticator import STORES
from templates.catalogue import catalogue
from templates.colours import full_colour, text_on
from templates.mail.subjects import OwnSubjects, Subjects
from templates.mail.texts import count_key, repeated, words
from templates.markup import HtmlVoice, PlainVoice, Voice
from templates.rendering import environment
from templates.words import deadline_key

_LAYOUTS = dict.fromkeys(MailKind, "enrolment") | {MailKind.ESCALATION: "escalation"}
_SHARED_SECTIONS = ("dates", "deadline", "app", "common")
# As wide and as high as a logo may be in a mail. Word, with which Outlook draws, knows no maximum.
LOGO_BOX = (220, 36)
_CODES = tuple(
    InlineImage(content_id=store.name, content_type="image/png", content=store.png)
    for store in STORES
)


class MailRenderer:
    """Renders the four kinds of mail for one organisation, in the reader's language.

    It has no clock and no randomness: the same content gives the same mail.
    """

    def __init__(self, branding: Branding, subjects: OwnSubjects | None = None) -> None:
        """Prepare the mails of one organisation.

        Args:
            branding: how the organisation presents itself.
            subjects: its own subject lines for each kind and language, with ``{company}``,
                ``{name}``, ``{deadline}`` and, in the escalation, ``{employee}``. Those that are
                missing are the catalogue's.

        Raises:
            ValueError: a subject is empty, malformed or holds an unknown placeholder, or the
                primary colour is not written as ``#rrggbb`` or ``#rgb``.
        """
        self._branding = replace(branding, primary_colour=full_colour(branding.primary_colour))
        self._subjects = Subjects(subjects or {})
        self._button_text = text_on(branding.primary_colour)
        html = environment()
        # The same environment, but a name's apostrophe stays one where there is no HTML.
        plain = html.overlay(autoescape=False)
        self._html = {
            kind: html.get_template(f"mail/{_LAYOUTS[kind]}.html.j2") for kind in MailKind
        }
        self._text = {
            kind: plain.get_template(f"mail/{_LAYOUTS[kind]}.txt.j2") for kind in MailKind
        }
        # Media queries can't be inlined: they stay in the head, for dark mode and small screens.
        self._inliner = CSSInliner(
            extra_css=files("templates.mail").joinpath("mail.css").read_text(encoding="utf-8"),
            keep_at_rules=True,
            load_remote_stylesheets=False,
        )

    def render(self, content: MailContent) -> RenderedMail:
        """Return the mail in the reader's language.

        Raises:
            ValueError: an escalation has an enrolment link or names no employee, or another mail
                has no enrolment link. Such a mail must not leave.
        """
        _check(content)
        language = self._language(content)
        plain = PlainVoice(turned=direction(language) == "rtl")
        html = self._html[content.kind].render(self._context(content, language, HtmlVoice()))
        text = self._text[content.kind].render(self._context(content, language, plain))
        return RenderedMail(
            subject=self._subjects.render(content, self._branding, language),
            html=self._inliner.inline(html),
            text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
            images=self._images(content.kind),
        )

    def _images(self, kind: MailKind) -> tuple[InlineImage, ...]:
        logo = self._branding.logo
        shown = () if kind is MailKind.ESCALATION else _CODES
        if logo is None:
            return shown
        image = InlineImage(content_id="logo", content_type=logo.content_type, content=logo.content)
        return (image, *shown)

    def source(self, content: MailContent) -> MailSource:
        """Return what ``render`` makes a mail from: templates, sentences and style, no person."""
        return _source(content.kind, self._language(content))

    def _context(self, content: MailContent, language: str, voice: Voice) -> dict[str, object]:
        spoken = words(content, self._branding, language, voice)
        return {
            "say": spoken.say,
            "say_all": spoken.say_all,
            "kind": content.kind.value,
            "own": partial(repeated, content),
            "language": language,
            "direction": spoken.direction,
            "start": "right" if spoken.direction == "rtl" else "left",
            "links": content.links,
            "branding": self._branding,
            "has_name": bool(one_line(content.recipient_name)),
            "deadline": content.deadline and deadline_key(content.deadline, content.today),
            "count": count_key(content),
            "button_text_colour": self._button_text,
            "stores": STORES,
            "logo_size": logo.fitted(*LOGO_BOX) if (logo := self._branding.logo) else None,
        }

    def _language(self, content: MailContent) -> str:
        return known_language(content.language) or self._branding.default_language


@cache
def _source(kind: MailKind, language: str) -> MailSource:
    sections, layout = catalogue(language), _LAYOUTS[kind]
    folder = files("templates.mail")
    names = ("layout.html.j2", f"{layout}.html.j2", "mail.css")
    parts = [folder.joinpath(name).read_text(encoding="utf-8") for name in names]
    said = {name: sections[name] for name in (*_SHARED_SECTIONS, kind.value)}
    text = "\n".join([*parts, json.dumps(said, ensure_ascii=False, indent=1)])
    return MailSource(hash=hashlib.sha256(text.encode()).hexdigest(), text=text)


def _check(content: MailContent) -> None:
    if content.kind is MailKind.ESCALATION:
        if content.links.enrol_url is not None:
            raise ValueError("an escalation must not carry the employee's enrolment link")
        if content.employee_name is None:
            raise ValueError("an escalation must name the employee")
    elif content.links.enrol_url is None:
        raise ValueError(f"the {content.kind.value} must carry an enrolment link")
