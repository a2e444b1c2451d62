"""A mail is rendered by the source that was kept of it."""

import json
from typing import Any

import pytest

from domain.status import MailKind
from tests.templates.samples import BOTH_DIRECTIONS, RENDERER, content

REMINDER = content(MailKind.REMINDER)
LAYOUT = "mail/enrolment.html.j2"


def older(**changes: Any) -> str:
    """Return the source of a reminder with other parts."""
    parts = json.loads(RENDERER.source(REMINDER).text)
    parts["sentences"]["reminder"] |= changes.pop("reminder", {})
    parts["templates"] |= changes.pop("templates", {})
    return json.dumps(parts | changes)


@pytest.mark.parametrize(("kind", "language"), BOTH_DIRECTIONS)
def test_todays_source_makes_todays_mail(kind: MailKind, language: str) -> None:
    """All that a mail is made from is kept, down to its style."""
    mail = content(kind, language)
    assert RENDERER.render_kept(mail, RENDERER.source(mail).text) == RENDERER.render(mail)


def test_an_older_source_makes_the_older_mail() -> None:
    """Sentences, templates and style are its own, and today's mails stay as they are."""
    today = RENDERER.render(REMINDER)
    said = {"heading": "<Older> heading"}
    html = (
        '{% extends "mail/layout.html.j2" %}{% set texts = "common" %}'
        "{% block count %}<p>Older part</p>{% endblock %}"
    )
    source = older(reminder=said, templates={LAYOUT: html}, style="h1 { color: #123456; }")
    mail = RENDERER.render_kept(REMINDER, source)
    assert '<h1 style="color: #123456;">&lt;Older&gt; heading</h1>' in mail.html
    assert "Older part" in mail.html
    assert "<older> heading" in mail.text.casefold()
    assert RENDERER.render(REMINDER) == today


@pytest.mark.parametrize(
    "source",
    [
        "templates\n{}",
        "[]",
        "{}",
        older(more={}),
        older(sentences={}),
        older(reminder={"heading": "{unknown}"}),
        older(templates={LAYOUT: "{{ no_such_value }}"}),
        older(templates={LAYOUT: "{% broken"}),
        older(templates={LAYOUT: "{{ say.__globals__ }}"}),
        older(templates={LAYOUT: '{% include "pages/base.html" %}'}),
    ],
)
def test_what_cannot_be_rendered_is_refused(source: str) -> None:
    """Another format, a sentence or value that is missing, and what reaches beyond the mail."""
    with pytest.raises(ValueError, match=r"source|Expecting"):
        RENDERER.render_kept(REMINDER, source)
