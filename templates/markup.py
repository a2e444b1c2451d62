"""How a value is written in HTML and in plain text, so that one sentence serves both."""

from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup, escape

from domain.plain_text import from_left_to_right, isolated, one_line


class Voice(Protocol):
    """One way of writing: what a sentence, a name, an emphasis and a link look like in it."""

    def pattern(self, sentence: str) -> str:
        """Return a catalogue's sentence, ready to have its placeholders filled."""

    def name(self, name: str) -> str:
        """Return a name whose direction of writing doesn't reach beyond it."""

    def strong(self, text: str) -> str:
        """Return a text that stands out."""

    def number(self, text: str) -> str:
        """Return an address or a number, which runs from left to right in every language."""

    def link(self, url: str, shown: str) -> str:
        """Return a link that shows an address or a number."""


class HtmlVoice:
    """The way of writing in HTML: everything escaped, markup made here and nowhere else."""

    def pattern(self, sentence: str) -> str:
        """Return the sentence as markup, which escapes whatever is put into it."""
        return escape(sentence)

    def name(self, name: str) -> str:
        """Return the name in an element that isolates its direction."""
        return Markup("<bdi>{}</bdi>").format(one_line(name))

    def strong(self, text: str) -> str:
        """Return the text emphasised."""
        return Markup("<strong>{}</strong>").format(text)

    def number(self, text: str) -> str:
        """Return the text in an element of its own direction."""
        return Markup('<bdi dir="ltr">{}</bdi>').format(text)

    def link(self, url: str, shown: str) -> str:
        """Return a link that shows a text, which runs from left to right."""
        return Markup('<a href="{}"><bdi dir="ltr">{}</bdi></a>').format(url, shown)


@dataclass(frozen=True, slots=True)
class PlainVoice:
    """The way of writing in plain text: nothing is escaped, and a link is its address.

    ``turned`` is for a language that runs from right to left.
    """

    turned: bool = False

    def pattern(self, sentence: str) -> str:
        """Return the sentence as it is."""
        return sentence

    def name(self, name: str) -> str:
        """Return the name, isolated by characters where its direction asks for it."""
        return isolated(name)

    def strong(self, text: str) -> str:
        """Return the text as it is."""
        return text

    def number(self, text: str) -> str:
        """Return the text between characters that isolate it, where its neighbours turn it."""
        return from_left_to_right(text) if self.turned else text

    def link(self, url: str, shown: str) -> str:
        """Return the address, or what is shown where the address says no more than that.

        A web address stays bare: programs that make links of text would take what isolates it in.
        A telephone number stays on one line: broken in two, its groups of digits would change
        places where text runs from right to left.
        """
        return url if url.startswith("http") else self.number(shown.replace(" ", "\u00a0"))
