"""A tenant that isn't true to Microsoft in one respect: its answers are changed on their way."""

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Takes status and body, and returns what is answered in their place.
Change = Callable[[int, Any], tuple[int, Any]]


@dataclass(kw_only=True, slots=True)
class Mutation:
    """One change of the answers to one kind of call; counts how often it made a difference."""

    name: str
    method: str
    path: str
    change: Change
    hits: int = field(default=0)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Put the mutation around a tenant's app."""

        async def mutated(scope: Scope, receive: Receive, send: Send) -> None:
            path = scope["path"]
            if scope["method"] != self.method or re.search(self.path, path) is None:
                await app(scope, receive, send)
                return
            await app(scope, receive, self._rewriting(send))

        return mutated

    def _rewriting(self, send: Send) -> Send:
        start: Message = {}
        content = bytearray()

        async def rewrite(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            content.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            body = json.loads(content) if content else None
            status, changed = self.change(start["status"], copy.deepcopy(body))
            self.hits += (status, changed) != (start["status"], body)
            new = json.dumps(changed).encode() if changed is not None else b""
            headers = [(name, value) for name, value in start["headers"] if not _is_length(name)]
            headers.append((b"content-length", str(len(new)).encode()))
            await send({**start, "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": new})

        return rewrite


def renamed(old: str, new: str) -> Change:
    """Give a property another name, wherever it is in the answer."""

    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {new if key == old else key: rename(part) for key, part in value.items()}
        return [rename(part) for part in value] if isinstance(value, list) else value

    return lambda status, body: (status, rename(body))


def dropped(name: str) -> Change:
    """Leave a property out, wherever it is in the answer."""

    def drop(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: drop(part) for key, part in value.items() if key != name}
        return [drop(part) for part in value] if isinstance(value, list) else value

    return lambda status, body: (status, drop(body))


def replaced(name: str, new: Any) -> Change:
    """Give a property another value, wherever it is in the answer."""

    def replace(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: new if key == name else replace(part) for key, part in value.items()}
        return [replace(part) for part in value] if isinstance(value, list) else value

    return lambda status, body: (status, replace(body))


def status_changed(old: int, new: int) -> Change:
    """Answer with another status."""
    return lambda status, body: (new if status == old else status, body)


def code_changed(old: str, new: str) -> Change:
    """Refuse with another code."""

    def change(status: int, body: Any) -> tuple[int, Any]:
        if isinstance(body, dict) and body.get("error", {}).get("code") == old:
            body["error"]["code"] = new
        return status, body

    return change


def _is_length(name: bytes) -> bool:
    return bool(name.lower() == b"content-length")
