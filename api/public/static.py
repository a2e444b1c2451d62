"""Style sheets, the countdown, icon and logo: a handful of fixed files, held in memory."""

from importlib.resources import files

from fastapi import APIRouter, Response

from api.public.pages import Pages
from templates.colours import brand_stylesheet

_CACHE = {"Cache-Control": "public, max-age=3600"}
_CSS = "text/css; charset=utf-8"
_SCRIPT = "text/javascript; charset=utf-8"


def static_router(*, pages: Pages) -> APIRouter:
    """Return the routes of the static files; a template's file is read once, here.

    Raises:
        ValueError: the brand's colour isn't a hex colour.
    """
    sources = files("templates") / "pages"
    branding = pages.branding
    contents: dict[str, tuple[str | bytes, str]] = {
        "pages.css": ((sources / "pages.css").read_text("utf-8"), _CSS),
        "brand.css": (brand_stylesheet(branding.primary_colour), _CSS),
        "countdown.js": ((sources / "countdown.js").read_text("utf-8"), _SCRIPT),
        "icon.svg": (pages.icon(), "image/svg+xml"),
    }
    if branding.logo is not None:
        contents["logo"] = (branding.logo.content, branding.logo.content_type)
    router = APIRouter()
    for name, (content, media_type) in contents.items():
        _serve(router, f"/static/{name}", content, media_type)
    return router


def _serve(router: APIRouter, path: str, content: str | bytes, media_type: str) -> None:
    async def static_file() -> Response:
        return Response(content, media_type=media_type, headers=_CACHE)

    router.add_api_route(path, static_file, methods=["GET", "HEAD"], include_in_schema=False)
