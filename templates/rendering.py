"""The Jinja2 environment that pages and mails are rendered with."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from domain.plain_text import unturned

OPTIONS: Mapping[str, Any] = {
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "auto_reload": False,
}


@cache
def environment() -> Environment:
    """Return the environment, made once per process; template names start at this folder.

    Values are always escaped, in every template whatever its suffix, and a name that was not
    given is an error instead of an empty place in somebody's mail.
    """
    return Environment(
        loader=PackageLoader("templates", package_path=""), autoescape=True, **OPTIONS
    )


@cache
def portal_environment() -> Environment:
    """Return the environment of the portal's pages: nobody's name turns the text around it."""
    return environment().overlay(finalize=_unturned)


def load_portal_templates() -> None:
    """Compile the templates of all pages; otherwise the first reader of each waits for it."""
    pages = portal_environment()
    for name in pages.list_templates(filter_func=lambda name: name.startswith("portal/")):
        if name.endswith(".html"):
            pages.get_template(name)


def _unturned(value: object) -> object:
    # What is markup stays markup.
    return unturned(value) if isinstance(value, str) else value
