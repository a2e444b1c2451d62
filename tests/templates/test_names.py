"""Names and organisations with hostile or unusual characters."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.plain_text import isolated, one_line
from domain.status import MailKind
from templates.mails import MailRenderer
from tests.templates.samples import BOTH_DIRECTIONS, BRANDING, Page, content

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover='alert(1)",
    "O'Neil & Söhne <b>",
    "{{ 7 * 7 }} {company} {0} %(name)s",
    "</title></style></bdi></body>",
    "Zoë 👩‍👩‍👧 🎉",
    "נועה כהן",
    "سارة",
]
RENDERER = MailRenderer(
    BRANDING,
    {
        MailKind.REMINDER: {"*": "{name}: {company}"},
        MailKind.ESCALATION: {"*": "{name}, {employee}: {company}"},
    },
)


@pytest.mark.parametrize(("kind", "language"), BOTH_DIRECTIONS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_ever_text(kind: MailKind, language: str, name: str) -> None:
    """The name is read as typed, and adds no element and no attribute to the HTML."""
    usual = content(kind, language)
    employee = name if usual.employee_name else None
    mail = RENDERER.render(replace(usual, recipient_name=name, employee_name=employee))
    page, expected = Page(mail.html), Page(RENDERER.render(usual).html)
    assert page.elements == expected.elements
    assert name in page.text_of_body
    assert " ".join(name.split()) in " ".join(mail.text.split())


def test_a_hostile_organisation_is_only_ever_text() -> None:
    """Company, team and contacts are escaped like everybody's names."""
    hostile = '"><script>alert(1)</script>'
    branding = replace(BRANDING, company_name=hostile, support_team=hostile, support_phone=hostile)
    page = Page(MailRenderer(branding).render(content(MailKind.INVITATION)).html)
    assert page.all("script") == []
    assert hostile in page.text_of_body


@given(name=st.text(max_size=300))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("kind", [MailKind.REMINDER, MailKind.ESCALATION])
def test_any_name_leaves_subject_and_html_in_order(kind: MailKind, name: str) -> None:
    """Whatever a name holds, the subject is one bounded line and the HTML keeps its elements."""
    mail = RENDERER.render(replace(content(kind), recipient_name=name))
    assert len(mail.subject.encode("utf-16-le")) // 2 <= 255
    assert not [c for c in mail.subject if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert one_line(name) in Page(mail.html).text_of_body
    without_greeting = Page(RENDERER.render(replace(content(kind), recipient_name="")).html)
    tags = [tag for tag, _ in Page(mail.html).elements if tag != "bdi"]
    assert tags == [tag for tag, _ in without_greeting.elements if tag != "bdi"]


def test_only_a_name_from_right_to_left_is_isolated() -> None:
    """A Hebrew name is put between isolating characters, a Latin one is left alone."""
    assert isolated("דנה") == "\u2068דנה\u2069"
    assert isolated("Adele Vance") == "Adele Vance"
