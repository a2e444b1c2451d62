"""The rendering of the report to admins: figures, who needs an admin, the audit log's head."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_datetime_format, get_timezone_name
from babel.numbers import format_decimal
from css_inline import CSSInliner

from domain.mail.content import SUBJECT_LIMIT, Branding, InlineImage, RenderedMail
from domain.mail.languages import direction, known_language
from domain.plain_text import isolated, one_line, shortened
from domain.reports.records import ReportContent
from domain.tables.mail import MailSource
from templates.catalogue import date_locale, sentence
from templates.colours import full_colour
from templates.mail_source import mail_source, style
from templates.mails import LOGO_BOX
from templates.markup import HtmlVoice, PlainVoice, Voice
from templates.rendering import environment
from templates.words import Words, deadline_key, deadline_values

_SECTIONS = ("dates", "deadline", "common", "report", "report_figures", "report_attention")
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table: what is counted, how many, and how that has changed."""

    name: str
    count: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A line of the table of people who have waited longest."""

    who: str
    reason: str
    since: str


class ReportRenderer:
    """Renders reports for one organisation; the same content gives the same mail."""

    def __init__(self, branding: Branding) -> None:
        """Prepare the reports of one organisation."""
        self._branding = replace(branding, primary_colour=full_colour(branding.primary_colour))
        html = environment()
        self._html = html.get_template("mail/report.html.j2")
        self._text = html.overlay(autoescape=False).get_template("mail/report.txt.j2")
        self._inliner = CSSInliner(
            extra_css=style(), keep_at_rules=True, load_remote_stylesheets=False
        )

    def render(self, content: ReportContent) -> RenderedMail:
        """Return the report in the language that was chosen for it, else the organisation's."""
        language = self._language(content)
        plain = PlainVoice(turned=direction(language) == "rtl")
        html = self._html.render(self._context(content, language, HtmlVoice()))
        text = self._text.render(self._context(content, language, plain))
        subject = sentence(language, "report", "subject").format(
            company=isolated(self._branding.company_name),
            percent=_percent(content, language),
        )
        return RenderedMail(
            subject=shortened(subject, SUBJECT_LIMIT),
            html=self._inliner.inline(html),
            text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
            images=self._images(content),
        )

    def source(self, content: ReportContent) -> MailSource:
        """Return what ``render`` makes a report from: templates, sentences and style."""
        return mail_source("report", self._language(content), _SECTIONS)

    def _images(self, content: ReportContent) -> tuple[InlineImage, ...]:
        images = []
        if logo := self._branding.logo:
            images.append(
                InlineImage(content_id="logo", content_type=logo.content_type, content=logo.content)
            )
        if content.plot is not None:
            plot = InlineImage(content_id="plot", content_type="image/png", content=content.plot)
            images.append(plot)
        return tuple(images)

    def _context(self, content: ReportContent, language: str, voice: Voice) -> dict[str, object]:
        words = Words(language=language, voice=voice, values=self._values(content, language, voice))
        rtl = words.direction == "rtl"
        head = content.situation.head
        return {
            "say": words.say,
            "say_all": words.say_all,
            "kind": "report",
            "own": lambda key: key,
            "language": language,
            "direction": words.direction,
            "start": "right" if rtl else "left",
            "end": "left" if rtl else "right",
            "branding": self._branding,
            "logo_size": logo.fitted(*LOGO_BOX) if (logo := self._branding.logo) else None,
            "links": None,
            "deadline": content.deadline and deadline_key(content.deadline, content.today),
            "before": content.before is not None,
            "alerts": _alerts(content, words, voice),
            "figures": _figures(content, words),
            "attention": _attention(content, words),
            "waiting": _waiting(content, words, voice),
            "plot": content.plot is not None,
            "head": f"{head.number}:{head.hash}",
        }

    def _values(self, content: ReportContent, language: str, voice: Voice) -> dict[str, str]:
        values = {
            "company": voice.name(self._branding.company_name),
            "team": voice.name(self._branding.support_team),
            "percent": _percent(content, language),
            "at": f"{_when(content.at, content, language)} {_zone(content, language)}",
            "before": _when(content.before_at or content.at, content, language),
            "command": voice.number("mfa-rollout audit verify --head NUMBER:HASH"),
            "portal": voice.link(content.portal_url, content.portal_url),
        }
        if content.deadline is not None:
            values |= deadline_values(language, content.deadline, content.today, voice)
        return values

    def _language(self, content: ReportContent) -> str:
        return known_language(content.language) or self._branding.default_language


def _when(at: datetime, content: ReportContent, language: str) -> str:
    zone, locale = ZoneInfo(content.time_zone), date_locale(language)
    # What stands between the two keeps them apart where it is read from right to left.
    pattern = str(get_datetime_format("medium", locale=locale))
    return pattern.format(
        format_time(at, "short", tzinfo=zone, locale=locale),
        format_date(content.date_at(at), "medium", locale=locale),
    )


def _zone(content: ReportContent, language: str) -> str:
    """Return the short name of the zone that all times of the report are in."""
    at = content.at.astimezone(ZoneInfo(content.time_zone))
    return get_timezone_name(at, width="short", locale=date_locale(language))


def _percent(content: ReportContent, language: str) -> str:
    return format_decimal(content.figures.done_percent, locale=language)


def _row(name: str, count: int, before: int, words: Words) -> Row:
    shown = format_decimal(abs(count - before), locale=words.language)
    sign = {True: "+", False: _MINUS}[count > before]
    return Row(
        name=name,
        count=words.voice.number(format_decimal(count, locale=words.language)),
        change=words.voice.number(f"{sign}{shown}" if count != before else shown),
    )


def _figures(content: ReportContent, words: Words) -> list[Row]:
    before = content.before.people if content.before else {}
    return [
        _row(words.say("report_figures", name.value), count, before.get(name, 0), words)
        for name, count in content.figures.people.items()
    ]


def _attention(content: ReportContent, words: Words) -> list[Row]:
    """Return who needs an admin, also where nobody does any more since the last report."""
    now = content.figures.attention
    before = content.before.attention if content.before else {}
    return [
        _row(
            words.say("report_attention", kind.value), now.get(kind, 0), before.get(kind, 0), words
        )
        for kind in {**now, **before}
        if now.get(kind) or before.get(kind)
    ]


def _waiting(content: ReportContent, words: Words, voice: Voice) -> list[Waiting]:
    return [
        Waiting(
            who=voice.name(one_line(one.name)),
            reason=words.say("report_attention", one.kind.value),
            since=_when(one.since, content, words.language),
        )
        for one in content.situation.waiting
    ]


def _alerts(content: ReportContent, words: Words, voice: Voice) -> list[str]:
    """Return what holds up everybody."""
    alerts = []
    control = content.situation.control
    if control is not None and control.mail_stopped:
        told = {
            "actor": voice.name(control.actor or ""),
            "reason": voice.name(control.reason or ""),
            "since": _when(control.since, content, words.language),
        }
        alerts.append(replace(words, values=words.values | told).say("report", "mail_stopped"))
    for mailbox in content.situation.blocked:
        told = {"mailbox": voice.number(mailbox)}
        alerts.append(replace(words, values=words.values | told).say("report", "mailbox_blocked"))
    return alerts
