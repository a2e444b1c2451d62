"""The plain text of each mail, in each language."""

import re
from itertools import pairwise

import pytest

from domain.mail.languages import LANGUAGES
from domain.status import MailKind
from tests.templates.samples import EVERY_MAIL, Page, rendered

ADDRESS = re.compile(r"https?://\S+")


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_plain_text_has_the_same_addresses(kind: MailKind, language: str) -> None:
    """Every link of the HTML stands whole in the plain text, and nothing else does."""
    mail = rendered(kind, language)
    in_html = {link for link in Page(mail.html).links if link and link.startswith("http")}
    in_text = {address.rstrip(".") for address in ADDRESS.findall(mail.text)}
    assert in_text == in_html


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_plain_text_has_short_lines(kind: MailKind, language: str) -> None:
    """No line is longer than 72 characters, numbers of steps included, but an address alone."""
    lines = rendered(kind, language).text.splitlines()
    assert [line for line in lines if len(line) > 72 and not ADDRESS.fullmatch(line)] == []


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_a_telephone_number_stands_in_one_line(kind: MailKind, language: str) -> None:
    """None of its spaces is one at which lines are broken, however long what comes before it is."""
    assert "+44\u00a020\u00a07946\u00a00000" in rendered(kind, language).text


@pytest.mark.wording
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_colon_before_a_link_is_the_languages_own(language: str) -> None:
    """French has a space before it, which no line breaks at."""
    lines = rendered(MailKind.INVITATION, language).text.splitlines()
    before = [line for line, link in pairwise(lines) if line[-1:] == ":" and link[:4] == "http"]
    assert len(before) == 3
    assert all(line.endswith("\u00a0:") is (language == "fr") for line in before)
