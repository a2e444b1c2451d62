"""Style sheets, the countdown and the icon: a handful of fixed texts, held in memory."""

from importlib.resources import files

from fastapi import APIRouter, Response

from api.public.pages import Pages
from templates.colours import brand_stylesheet

_CACHE = {"Cache-Control": "public, max-age=3600"}
_CSS = "text/css; charset=utf-8"
_SCRIPT = "text/javascript; charset=utf-8"


def static_router(*, pages: Pages, primary_colour: str) -> APIRouter:
    """Return the routes of the static files; a template's file is read once, here.

    Raises:
        ValueError: the brand's colour isn't a hex colour.
    """
    sources = files("templates") / "pages"
    contents = {
        "pages.css": ((sources / "pages.css").read_text("utf-8"), _CSS),
        "brand.css": (brand_stylesheet(primary_colour), _CSS),
        "countdown.js": ((sources / "countdown.js").read_text("utf-8"), _SCRIPT),
        "icon.svg": (pages.icon(), "image/svg+xml"),
    }
    router = APIRouter()
    for name, (text, media_type) in contents.items():
        _serve(router, f"/static/{name}", text, media_type)
    return router


def _serve(router: APIRouter, path: str, text: str, media_type: str) -> None:
    async def static_file() -> Response:
        return Response(text, media_type=media_type, headers=_CACHE)

    router.add_api_route(path, static_file, methods=["GET", "HEAD"], include_in_schema=False)
