"""What mails are made from, kept as text: a mail is rendered by its own source after a release."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import DictLoader, Environment
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.tables.mail import MailSource
from templates.catalogue import Section, catalogue
from templates.rendering import OPTIONS

_STYLE = "mail.css"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSource:
    """Templates by their names, the style, and sentences by section, as they were."""

    templates: Mapping[str, str]
    style: str
    sentences: Mapping[str, Section]

    def environment(self) -> Environment:
        """Return an environment that knows these templates alone, and lets them reach nothing."""
        loader = DictLoader(self.templates)
        return ImmutableSandboxedEnvironment(loader=loader, autoescape=True, **OPTIONS)


def style() -> str:
    """Return the style sheet of all mails."""
    return files("templates.mail").joinpath(_STYLE).read_text(encoding="utf-8")


def mail_source(layout: str, language: str, sections: Sequence[str]) -> MailSource:
    """Return what a mail of this layout and language is made from, and its hash: no person.

    Args:
        layout: the name of its two templates, HTML and plain text, without their suffixes.
        language: the language of the sentences.
        sections: the sections of the catalogue that it may say.
    """
    folder, said = files("templates.mail"), catalogue(language)
    names = [f"{one}.{kind}.j2" for kind in ("html", "txt") for one in ("layout", layout)]
    parts = {
        "templates": {
            f"mail/{name}": folder.joinpath(name).read_text(encoding="utf-8") for name in names
        },
        "style": style(),
        "sentences": {name: said[name] for name in sections},
    }
    text = json.dumps(parts, ensure_ascii=False)
    return MailSource(hash=hashlib.sha256(text.encode()).hexdigest(), text=text)


def read_source(text: str) -> KeptSource:
    """Return a source that was kept.

    Raises:
        ValueError: it isn't one.
    """
    try:
        return KeptSource(**json.loads(text))
    except TypeError as error:
        raise ValueError("a mail's source has other parts") from error
