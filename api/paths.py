"""Paths of links as mail programs and people write them: in capitals, with a slash at the end."""

from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send


def usual_path(path: str) -> str:
    """Return a path in lower case, and without slashes at its end."""
    return path.rstrip("/").lower()


class UsualPaths:
    """ASGI middleware that reads a path of a link in any case and with slashes at its end."""

    def __init__(self, app: ASGIApp, paths: Collection[str]) -> None:
        """Read these paths, which are in lower case, for ``app``."""
        self._app = app
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the usual path if it means one."""
        if scope["type"] == "http":
            usual = usual_path(scope["path"])
            if usual in self._paths:
                scope = {**scope, "path": usual, "raw_path": usual.encode()}
        await self._app(scope, receive, send)
