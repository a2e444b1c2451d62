"""Read mails and pages as a browser does: links, images and forms in HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


@dataclass(kw_only=True, slots=True)
class Form:
    """A form with the values that it is sent with unless somebody types others."""

    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    blank: list[str] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class Page:
    """What can be followed, loaded and sent on a page; all addresses are absolute."""

    links: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def link_to(self, path: str) -> str | None:
        """Return the first link to a path."""
        return _first(self.links, path)

    def image_from(self, path: str) -> str | None:
        """Return the first image from a path."""
        return _first(self.images, path)


def read_page(html: str, base_url: str = "") -> Page:
    """Parse a page, or a mail, that was found under an address."""
    reader = _Reader(base_url)
    reader.feed(html)
    reader.close()
    return reader.page


def _first(addresses: list[str], path: str) -> str | None:
    return next((one for one in addresses if urlsplit(one).path.endswith(path)), None)


class _Reader(HTMLParser):
    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url
        self._form: Form | None = None
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href"):
            self.page.links.append(urljoin(self._base_url, values["href"]))
        elif tag == "img" and values.get("src"):
            self.page.images.append(urljoin(self._base_url, values["src"]))
        elif tag == "form":
            action = urljoin(self._base_url, values.get("action") or self._base_url)
            self._form = Form(action=action, method=values.get("method", "get").lower())
            self.page.forms.append(self._form)
        elif tag in {"input", "button"} and self._form is not None and values.get("name"):
            self._add_field(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _add_field(self, tag: str, values: dict[str, str]) -> None:
        if self._form is None:
            return
        kind = values.get("type", "submit" if tag == "button" else "text").lower()
        if kind == "hidden" or (kind == "submit" and values.get("value")):
            self._form.fields[values["name"]] = values.get("value", "")
        elif kind in {"text", "email", "search"}:
            self._form.blank.append(values["name"])
