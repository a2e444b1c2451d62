"""The portal's style sheets and scripts, held in memory; their names change with their content."""

import hashlib
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Response

from api.portal.paths import STATIC
from templates.colours import brand_stylesheet

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_CACHE = {"Cache-Control": "public, max-age=3600"}


@cache
def _contents() -> dict[str, bytes]:
    folder = files("templates") / "portal" / "static"
    return {
        one.name: one.read_bytes()
        for one in folder.iterdir()
        if one.name.rpartition(".")[2] in _TYPES
    }


def version_of_files() -> str:
    """Return what changes when a file does, so that browsers don't use an older one."""
    every = b"".join(content for _, content in sorted(_contents().items()))
    return hashlib.sha256(every).hexdigest()[:12]


def static_router(primary_colour: str) -> APIRouter:
    """Return the routes of the files, the brand's colours among them.

    Raises:
        ValueError: the brand's colour isn't a hex colour.
    """
    router = APIRouter(include_in_schema=False)
    served = {**_contents(), "brand.css": brand_stylesheet(primary_colour).encode()}
    for name, content in served.items():
        _serve(router, name, content)
    return router


def _serve(router: APIRouter, name: str, content: bytes) -> None:
    async def static_file() -> Response:
        return Response(content, media_type=_TYPES[name.rpartition(".")[2]], headers=_CACHE)

    router.add_api_route(f"{STATIC}/{name}", static_file, methods=["GET", "HEAD"])
