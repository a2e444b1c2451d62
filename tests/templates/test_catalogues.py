"""The catalogues of all languages, against one another and against what the code asks for."""

from string import Formatter

import pytest

from domain.enrolment.status import MailKind
from templates.mail.catalogue import LANGUAGES, catalogue, plural_key, sentence, sentences


def placeholders(entry: str | list[str]) -> list[set[str]]:
    """Return the placeholders of each sentence of an entry."""
    patterns = [entry] if isinstance(entry, str) else entry
    return [{name for _, name, _, _ in Formatter().parse(p) if name} for p in patterns]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same(language: str) -> None:
    """Sections, keys, the number of sentences and their placeholders are those of English."""
    english, other = catalogue("en"), catalogue(language)
    assert list(other) == list(english)
    for section, entries in english.items():
        assert list(other[section]) == list(entries)
        if section == "dates":
            continue
        for key, entry in entries.items():
            assert placeholders(other[section][key]) == placeholders(entry), (section, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_mail_has_a_section(language: str) -> None:
    """The four kinds of mail are found under their own names."""
    assert {kind.value for kind in MailKind} <= catalogue(language).keys()


def test_one_sentence_and_several_are_not_mistaken() -> None:
    """Asking for one where there are several, or the reverse, is an error."""
    with pytest.raises(TypeError, match="steps"):
        sentence("en", "common", "steps")
    with pytest.raises(TypeError, match="greeting"):
        sentences("en", "common", "greeting")


def test_zero_is_plural_in_english_and_singular_in_french() -> None:
    """The noun follows each language's own rule."""
    assert plural_key("en", 0) == "other"
    assert plural_key("fr", 0) == "one"
    assert plural_key("de", 1) == "one"
