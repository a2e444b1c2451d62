"""People who sign in: with a browser that opens, or with a code that they type."""

import re
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from urllib.parse import urljoin

import httpx

_FORM = re.compile(r'<form method="post" action="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_CODE = re.compile(r"enter the code (\w+) to")


class PersonsBrowser(webbrowser.BaseBrowser):
    """A browser in which somebody picks themselves and presses each page's button."""

    def __init__(self, user_id: str) -> None:
        """Sign in as this person."""
        super().__init__("persons-browser")
        self._user_id = user_id
        self.opened: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Open a page beside the program, as browsers do."""
        self.opened.append(url)
        threading.Thread(target=self._sign_in, args=(url,), daemon=True).start()
        return True

    def _sign_in(self, url: str) -> None:
        with httpx.Client(trust_env=False) as http:
            picked = http.post(url, data={"user": self._user_id})
            action = _FORM.search(picked.text)
            if action is None:
                return
            answer = {name: unescape(value) for name, value in _HIDDEN.findall(picked.text)}
            http.post(urljoin(url, unescape(action[1])), data=answer)


@contextmanager
def browser_of(user_id: str) -> Iterator[PersonsBrowser]:
    """Make a person's browser the one that opens."""
    browser = PersonsBrowser(user_id)
    before = list(webbrowser._tryorder or [])  # type: ignore[attr-defined]  # noqa: SLF001 - no other way to take one back
    webbrowser.register(browser.name, None, browser, preferred=True)
    try:
        yield browser
    finally:
        webbrowser._tryorder = before  # type: ignore[attr-defined]  # noqa: SLF001


def code_in(message: str) -> str:
    """Return the code that a person is shown."""
    found = _CODE.search(message)
    assert found is not None
    return found[1]
