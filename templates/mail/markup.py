"""How a value is written in HTML and in plain text, so that one sentence serves both."""

from typing import Protocol

from markupsafe import Markup, escape

from domain.plain_text import isolated, one_line


class Voice(Protocol):
    """One way of writing: what a sentence, a name, an emphasis and a link look like in it."""

    def pattern(self, sentence: str) -> str:
        """Return a catalogue's sentence, ready to have its placeholders filled."""

    def name(self, name: str) -> str:
        """Return a name whose direction of writing doesn't reach beyond it."""

    def strong(self, text: str) -> str:
        """Return a text that stands out."""

    def link(self, url: str, shown: str) -> str:
        """Return a link."""


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

    def link(self, url: str, shown: str) -> str:
        """Return a link that shows a text."""
        return Markup('<a href="{}">{}</a>').format(url, shown)


class PlainVoice:
    """The way of writing in plain text: nothing is escaped, and a link is its address."""

    def pattern(self, sentence: str) -> str:
        """Return the sentence as it is."""
        return sentence

    def name(self, name: str) -> str:
        """Return the name, isolated by characters where its direction asks for it."""
        return isolated(name)

    def strong(self, text: str) -> str:
        """Return the text as it is."""
        return text

    def link(self, url: str, shown: str) -> str:  # noqa: ARG002 (plain text has only the address)
        """Return the address, or for a mail address what is shown."""
        return url.removeprefix("mailto:")
