"""The sentences of one page or mail, with its values in their places."""

import re
from dataclasses import dataclass
from datetime import date

from domain.mail.content import Branding
from domain.mail.languages import direction
from templates.catalogue import date_in_words, in_days, sentence, sentences
from templates.markup import Voice

# Within a company three digits may be a whole number.
_SHORTEST_NUMBER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The sentences of one page or mail, as its templates ask for them."""

    language: str
    voice: Voice
    values: dict[str, str]

    @property
    def direction(self) -> str:
        """Return the direction of writing."""
        return direction(self.language)

    def say(self, section: str, key: str) -> str:
        """Return one sentence.

        Raises:
            KeyError: the catalogue lacks the sentence, or there is no value for it.
        """
        return self._filled(sentence(self.language, section, key))

    def say_all(self, section: str, key: str) -> list[str]:
        """Return several sentences, for example the steps of what to do.

        Raises:
            KeyError: the catalogue lacks them, or there is no value for one.
        """
        return [self._filled(pattern) for pattern in sentences(self.language, section, key)]

    def _filled(self, pattern: str) -> str:
        return self.voice.pattern(pattern).format(**self.values)


def brand_values(branding: Branding, setup_url: str, voice: Voice) -> dict[str, str]:
    """Return what the sentences of every page and mail name."""
    values = {
        "company": voice.name(branding.company_name),
        "team": voice.name(branding.support_team),
        "email": voice.link(f"mailto:{branding.support_email}", branding.support_email),
        "setup": voice.link(setup_url, without_scheme(setup_url)),
        "address": voice.strong(voice.number(without_scheme(setup_url))),
    }
    if branding.support_phone is not None:
        values["phone"] = _phone(branding.support_phone, voice)
    return values


def deadline_values(language: str, deadline: date, today: date, voice: Voice) -> dict[str, str]:
    """Return what the sentences about a deadline name."""
    return {
        "deadline": voice.strong(date_in_words(language, deadline)),
        "in_days": in_days(language, (deadline - today).days),
    }


def deadline_key(deadline: date, today: date) -> str:
    """Return which sentence tells of a deadline."""
    days = (deadline - today).days
    if days < 0:
        return "past"
    return {0: "today", 1: "tomorrow"}.get(days, "in_days")


def telephone_url(phone: str) -> str | None:
    """Return the address that dials a number (RFC 3966), None where it says no number.

    It may be written in any way: ``+44 (0)20 7946-0000 ext. 5`` is ``tel:+442079460000``.
    """
    main = re.split("ext|[#x;/]", phone.replace("(0)", "").casefold())[0]
    digits = "".join(letter for letter in main if letter.isascii() and letter.isdigit())
    if len(digits) < _SHORTEST_NUMBER:
        return None
    return f"tel:{'+' if main.strip().startswith('+') else ''}{digits}"


def _phone(phone: str, voice: Voice) -> str:
    url = telephone_url(phone)
    return voice.number(phone) if url is None else voice.link(url, phone)


def without_scheme(url: str) -> str:
    """Return an address as people type it: ``aka.ms/mfasetup``."""
    return url.partition("://")[2].rstrip("/")
