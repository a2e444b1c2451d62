"""Turn templates into pages."""

from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jinja2
from starlette.responses import HTMLResponse

from simulated_tenant.clock import parse_time
from simulated_tenant.people.calendar import shown_time
from simulated_tenant.tenant import SimulatedTenant

_HERE = Path(__file__).resolve().parent.parent
STATIC = _HERE / "static"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:;"
    " frame-src 'self'; form-action *; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Renderer:
    """Renders the pages of one tenant, always with escaping."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        """Load the templates."""
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            domain=tenant.domains[0],
            counts_days=lambda: tenant.day_zero is not None,
            when=partial(shown_time, tenant),
            when_written=lambda text: shown_time(tenant, parse_time(text)),
        )

    def page(self, template: str, status: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
        """Render a template with its values."""
        html = self._environment.get_template(template).render(**values)
        return HTMLResponse(html, status_code=status, headers=_HEADERS)

    def not_found(self, what: str) -> HTMLResponse:
        """Render the page for something that isn't there."""
        return self.page("not_found.html", HTTPStatus.NOT_FOUND, section="", what=what)
