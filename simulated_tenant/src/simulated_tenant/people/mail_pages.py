"""The outbox, one mail as its reader sees it, and one person's mailbox."""

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from simulated_tenant.people.mail_groups import (
    MailGroup,
    by_kind,
    by_person,
    kind_of,
    of_person,
)
from simulated_tenant.people.mail_views import (
    SentMail,
    mark_opened,
    newest_first,
    outbox,
    plain_text,
    with_images,
)
from simulated_tenant.people.paging import Page, page_of
from simulated_tenant.people.rendering import Renderer
from simulated_tenant.tenant import SimulatedTenant

_PAGE = 100
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
_BODY_HEADERS = {
    # A mail brings its own styles and images, and must never run anything.
    "Content-Security-Policy": f"sandbox {_SANDBOX}; default-src 'none'; img-src * data:;"
    " style-src 'unsafe-inline'; font-src data:; frame-ancestors 'self'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Links open beside the mail: the pages they lead to don't want to be framed.
_BASE = '<base target="_blank">'


class MailPages:
    """Pages about mails."""

    def __init__(self, tenant: SimulatedTenant, renderer: Renderer) -> None:
        """Serve one tenant."""
        self._tenant = tenant
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the pages' routes."""
        return [
            Route("/outbox", self.show_outbox),
            Route("/outbox/{id}", self.show_mail),
            Route("/outbox/{id}/body", self.show_body),
            Route("/mailbox/{address}", self.show_mailbox),
        ]

    async def show_outbox(self, request: Request) -> Response:
        """``GET /outbox``: the mails sent: ``q``, ``kind``, ``person``, ``group``, ``page``."""
        mails = outbox(self._tenant)
        kinds = sorted({kind_of(mail) for mail in mails})
        asked = request.query_params
        if person := asked.get("person", "").strip():
            mails = of_person(mails, person, self._tenant)
        if kind := asked.get("kind", ""):
            mails = [mail for mail in mails if kind_of(mail) == kind]
        if wanted := asked.get("q", "").strip().casefold():
            mails = [mail for mail in mails if _is_found(mail, wanted)]
        group = asked.get("group", "")
        view: Page[SentMail] | Page[MailGroup] = page_of(mails, request)
        if group == "person":
            view = page_of(by_person(mails, self._tenant), request)
        elif group == "kind":
            view = page_of(by_kind(mails), request)
        else:
            group = ""
        return self._renderer.page(
            "outbox.html", section="outbox", view=view, group=group, kinds=kinds
        )

    async def show_mail(self, request: Request) -> Response:
        """``GET /outbox/{id}``: one mail; looking at it counts as its being opened."""
        message = self._tenant.mailboxes.by_id(request.path_params["id"])
        if message is None:
            return self._renderer.not_found("mail")
        mark_opened(self._tenant, message)
        return self._renderer.page(
            "mail.html",
            section="outbox",
            mail=message,
            text=plain_text(message),
            sandbox=_SANDBOX,
            own_text=message.text is not None,
        )

    async def show_body(self, request: Request) -> Response:
        """``GET /outbox/{id}/body``: the HTML body alone, for the frame that shows it."""
        message = self._tenant.mailboxes.by_id(request.path_params["id"])
        if message is None or message.html is None:
            return self._renderer.not_found("mail")
        head = re.search(r"<head[^>]*>", message.html, re.IGNORECASE)
        at = head.end() if head else 0
        html = with_images(message, message.html[:at] + _BASE + message.html[at:])
        return HTMLResponse(html, headers=_BODY_HEADERS)

    async def show_mailbox(self, request: Request) -> Response:
        """``GET /mailbox/{address}``: what somebody has received and sent."""
        address = request.path_params["address"]
        user = self._tenant.users.find_by_address(address) or self._tenant.users.find(address)
        if user is None:
            return self._renderer.not_found("mailbox")
        boxes = self._tenant.mailboxes
        return self._renderer.page(
            "mailbox.html",
            section="outbox",
            user=user,
            inbox=newest_first(boxes.items(user.id, "inbox")),
            sent=newest_first(boxes.items(user.id, "sentitems"))[:_PAGE],
        )


def _is_found(mail: SentMail, wanted: str) -> bool:
    names = (one.name or "" for one in mail.message.recipients)
    return any(wanted in text.casefold() for text in (mail.to, mail.message.subject, *names))
