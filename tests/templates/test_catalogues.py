"""The catalogues of all languages, against one another and against what the code asks for."""

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel import Locale

from domain.mail.languages import LANGUAGES
from domain.status import MailKind
from templates.catalogue import catalogue, counted, sentence, sentences

LANGUAGES_FOLDER = Path("templates/languages")
# What stands between the tags of a template and was not put there.
_MARKUP = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->|<[^>]*>|&#?\w+;", re.DOTALL)


def placeholders(entry: object) -> list[set[str]]:
    """Return the placeholders of each sentence of an entry."""
    patterns = [entry] if isinstance(entry, str) else entry
    assert isinstance(patterns, list)
    return [{name for _, name, _, _ in Formatter().parse(p) if name} for p in patterns]


def plural_forms(language: str) -> set[str]:
    """Return the names of the forms that a language has for numbers."""
    return {*Locale(language).plural_form.tags, "other"}


def test_every_language_has_a_catalogue() -> None:
    """There is a file for each language, and none besides."""
    assert sorted(path.stem for path in LANGUAGES_FOLDER.glob("*.toml")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same(language: str) -> None:
    """Sections, keys, the number of sentences and their placeholders are those of English."""
    english, other = catalogue("en"), catalogue(language)
    assert list(other) == list(english)
    for section, entries in english.items():
        assert list(other[section]) == list(entries)
        for key, entry in entries.items():
            if section == "dates":
                continue
            if isinstance(entry, dict):
                assert set(other[section][key]) == plural_forms(language), (section, key)
                continue
            assert placeholders(other[section][key]) == placeholders(entry), (section, key)


@pytest.mark.wording
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_was_left_in_english(language: str) -> None:
    """Every sentence of another language is its own, but for the stores' names and the colon."""
    same = [
        f"{section}.{key}"
        for section, entries in catalogue(language).items()
        for key, entry in entries.items()
        if entry == catalogue("en")[section][key]
    ]
    known = {"dates.day", "dates.first_of_month", "app.app_store", "app.google_play", "error.title"}
    known |= {"common.colon"}
    assert language == "en" or set(same) <= known


def test_templates_have_no_text_of_their_own() -> None:
    """What a page or mail says stands in the catalogues alone."""
    templates = [*Path("templates/pages").glob("*.html"), *Path("templates/mail").glob("*.j2")]
    assert len(templates) > 15
    for path in templates:
        source = path.read_text(encoding="utf-8").replace("{% block tone %}", "{% block tone %}{#")
        source = re.sub(r"\{% block tone %\}\{#.*?\{% endblock %\}", "", source)
        assert not re.search(r"[^\W\d_]", _MARKUP.sub("", source)), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_mail_has_a_section(language: str) -> None:
    """The four kinds of mail are found under their own names."""
    assert {kind.value for kind in MailKind} <= catalogue(language).keys()


def test_one_sentence_several_and_forms_are_not_mistaken() -> None:
    """Asking for one where there are several, or the reverse, is an error."""
    with pytest.raises(TypeError, match="steps"):
        sentence("en", "common", "steps")
    with pytest.raises(TypeError, match="greeting"):
        sentences("en", "common", "greeting")
    with pytest.raises(TypeError, match="greeting"):
        counted("en", "common", "greeting", 1)


@pytest.mark.wording
@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 0, "0 reminders"),
        ("fr", 0, "0 rappel"),
        ("pl", 1, "1 przypomnienie"),
        ("pl", 3, "3 przypomnienia"),
        ("pl", 5, "5 przypomnień"),
        ("pl", 22, "22 przypomnienia"),
        ("ar", 2, "تذكيرين"),
        ("ar", 3, "3 تذكيرات"),
        ("ar", 11, "11 تذكيرًا"),
        ("ar", 100, "100 تذكير"),
    ],
)
def test_a_noun_follows_the_rule_of_its_language(language: str, number: int, said: str) -> None:
    """French has the singular for zero, Polish three forms, Arabic six."""
    assert counted(language, "escalation", "reminders", number).format(count=number) == said


@pytest.mark.parametrize("kind", MailKind)
def test_german_goes_on_in_lower_case_after_the_comma_of_the_greeting(kind: MailKind) -> None:
    """Unless it begins with a name, or with the polite "Sie", which always has a capital."""
    mail: dict[str, Any] = dict(catalogue("de")[kind.value])
    bodies = [mail[name] for name in ("body", "body_again") if name in mail]
    assert bodies
    for first, *_ in bodies:
        assert first.startswith(("{", "Sie ")) or first[0].islower(), first
