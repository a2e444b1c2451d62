"""Every page and download of the portal, as its routes have them."""

import re
from collections.abc import Mapping

from fastapi.routing import APIRoute

from api.portal.routes import PAGES


def addresses(method: str) -> list[str]:
    """Return the paths of all endpoints of the portal that answer to a method."""
    return [
        route.path
        for module in PAGES
        for route in module.router.routes
        if isinstance(route, APIRoute) and method in (route.methods or ())
    ]


def filled_in(path: str, values: Mapping[str, str]) -> str:
    """Return a path with values in place of its parameters.

    Raises:
        KeyError: a parameter has no value; give it one, so that the page is looked at.
    """
    return re.sub(r"{(\w+)(:\w+)?}", lambda found: values[found[1]], path)
