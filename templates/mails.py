"""The rendering of mails: from what a mail must say to subject, HTML and plain text."""

import re
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Self

from css_inline import CSSInliner
from jinja2 import Environment, Template, TemplateError

from domain.mail.content import Branding, InlineImage, MailContent, RenderedMail
from domain.mail.languages import direction, known_language
from domain.plain_text import one_line
from domain.status import MailKind
from domain.tables.mail import MailSource
from templates.authenticator import STORES
from templates.catalogue import kept_sentences
from templates.colours import full_colour, text_on
from templates.mail.subjects import OwnSubjects, Subjects
from templates.mail.texts import count_key, repeated, words
from templates.mail_source import mail_source, read_source, style
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
        self._todays = {kind: _Forms.of(kind, environment(), style()) for kind in MailKind}

    def render(self, content: MailContent) -> RenderedMail:
        """Return the mail in the reader's language.

        Raises:
            ValueError: an escalation has an enrolment link or names no employee, or another mail
                has no enrolment link. Such a mail must not leave.
        """
        _check(content)
        return self._rendered(content, self._todays[content.kind])

    def render_kept(self, content: MailContent, source: str) -> RenderedMail:
        """Return the mail as its own source makes it, which may be an older release's.

        Raises:
            ValueError: the content is no mail's, or today's program can't render this source.
        """
        _check(content)
        kept = read_source(source)
        try:
            with kept_sentences(kept.sentences):
                forms = _Forms.of(content.kind, kept.environment(), kept.style)
                return self._rendered(content, forms)
        except (TemplateError, LookupError, TypeError, AttributeError) as error:
            raise ValueError("the source is of another release") from error

    def _rendered(self, content: MailContent, forms: "_Forms") -> RenderedMail:
        language = self._language(content)
        plain = PlainVoice(turned=direction(language) == "rtl")
        html = forms.html.render(self._context(content, language, HtmlVoice()))
        text = forms.text.render(self._context(content, language, plain))
        return RenderedMail(
            subject=self._subjects.render(content, self._branding, language),
            html=forms.inliner.inline(html),
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


@dataclass(frozen=True, slots=True)
class _Forms:
    """The two templates of a kind of mail, and what puts the style into the HTML."""

    html: Template
    text: Template
    inliner: CSSInliner

    @classmethod
    def of(cls, kind: MailKind, environment: Environment, css: str) -> Self:
        # The same environment, but a name's apostrophe stays one where there is no HTML.
        plain = environment.overlay(autoescape=False)
        return cls(
            html=environment.get_template(f"mail/{_LAYOUTS[kind]}.html.j2"),
            text=plain.get_template(f"mail/{_LAYOUTS[kind]}.txt.j2"),
            # Media queries can't be inlined: they stay in the head, for dark mode and phones.
            inliner=CSSInliner(extra_css=css, keep_at_rules=True, load_remote_stylesheets=False),
        )


@cache
def _source(kind: MailKind, language: str) -> MailSource:
    return mail_source(_LAYOUTS[kind], language, (*_SHARED_SECTIONS, kind.value))


def _check(content: MailContent) -> None:
    if content.kind is MailKind.ESCALATION:
        if content.links.enrol_url is not None:
            raise ValueError("an escalation must not carry the employee's enrolment link")
        if content.employee_name is None:
            raise ValueError("an escalation must name the employee")
    elif content.links.enrol_url is None:
        raise ValueError(f"the {content.kind.value} must carry an enrolment link")
