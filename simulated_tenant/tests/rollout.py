"""A rollout in miniature, by the rules of the journey, to see how the personas end under it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.users import User
from simulated_tenant.population import GROUP_ID, SENDER, WORKER_CLIENT_ID
from simulated_tenant.testing import graph_client

INTERVAL, GRACE, TICK = 7.0, 1.0, 0.05


@dataclass(kw_only=True)
class Journey:
    """Where one person stands; all times are days of the rollout."""

    status: str = "Pending"
    nudged_at: float = 0.0
    nudges: int = 0
    grace_from: float | None = None
    escalated: bool = False
    done: bool = False
    hits: list[tuple[str, str]] = field(default_factory=list)


class Rollout:
    """Invites, reminds, follows up and escalates; serves the links of its mails."""

    def __init__(self, tenant: SimulatedTenant, addresses: list[str], day_seconds: float) -> None:
        """Enrol everybody who is in the directory."""
        self._tenant = tenant
        self._day_seconds = day_seconds
        self._now = 0.0
        found = [tenant.users.find(address) for address in addresses]
        self.people = {user.id: Journey() for user in found if user is not None}
        self.url = ""

    def app(self) -> Starlette:
        """The public pages."""
        return Starlette(
            routes=[
                Route("/api/enrol", self._landing),
                Route("/api/enrol", self._clicked, methods=["POST"]),
                Route("/api/track-open", self._opened),
                Route("/api/resend", self._form),
                Route("/api/resend", self._resend, methods=["POST"]),
            ]
        )

    async def run(self, settled: Callable[[], bool], *, at_least: float, at_most: float) -> None:
        """Let days pass until everything is settled.

        Time that a busy machine takes away is not counted, or it would cost the personas the
        hours in which they act.
        """
        seen_at = monotonic()
        async with graph_client(self._tenant, WORKER_CLIENT_ID) as graph:
            while self._now < at_most and not (self._now >= at_least and settled()):
                for object_id, journey in self.people.items():
                    if not journey.done:
                        await self._step(graph, object_id, journey)
                await asyncio.sleep(TICK * self._day_seconds)
                elapsed = (monotonic() - seen_at) / self._day_seconds
                self._now += min(elapsed, 2 * TICK)
                seen_at = monotonic()

    async def _step(self, graph: httpx.AsyncClient, object_id: str, journey: Journey) -> None:
        user = self._tenant.users.find(object_id)
        if user is None:
            journey.done = True
        elif any(method.reported_as for method in user.methods):
            self._tenant.add_member(GROUP_ID, object_id)
            journey.status, journey.done = "Active", True
        elif user.account_enabled and user.mail:
            await self._nudge(graph, user, journey)

    async def _nudge(self, graph: httpx.AsyncClient, user: User, journey: Journey) -> None:
        day = self._now
        if journey.status == "Pending":
            await self._send(graph, user.mail or "", user, "invitation")
            journey.status, journey.nudged_at = "Sent", max(journey.nudged_at, day)
        elif day >= journey.nudged_at + INTERVAL:
            kind = "reminder" if journey.status == "Sent" else "follow-up"
            await self._send(graph, user.mail or "", user, kind)
            journey.nudged_at, journey.nudges = day, journey.nudges + 1
            if journey.nudges == 2:
                journey.grace_from = day
        elif journey.grace_from is not None and not journey.escalated:
            manager = self._tenant.users.find(user.manager_id or "")
            if day >= journey.grace_from + GRACE and manager is not None:
                await self._send(graph, manager.mail or "", user, "escalation")
                journey.escalated = True

    async def _send(self, graph: httpx.AsyncClient, to: str, about: User, kind: str) -> None:
        token = "nobody" if kind == "escalation" else about.id
        name = about.display_name.replace("&", "&amp;").replace("<", "&lt;")
        html = (
            f"<p>{name}</p><a href='{self.url}/api/enrol?token={token}'>Enrol</a>"
            f"<a href='{self.url}/api/resend'>Lost your link?</a>"
            f"<img src='{self.url}/api/track-open?token={token}'>"
        )
        message = {
            "subject": kind,
            "body": {"contentType": "html", "content": html},
            "toRecipients": [{"emailAddress": {"address": to}}],
            "internetMessageHeaders": [{"name": "X-MFA-Rollout-Mail", "value": kind}],
        }
        answer = await graph.post(f"/users/{SENDER}/sendMail", json={"message": message})
        assert answer.status_code == 202, answer.text

    async def _landing(self, request: Request) -> Response:
        token = self._hit(request)
        return HTMLResponse(
            "<form method='post' action='/api/enrol'>"
            f"<input type='hidden' name='token' value='{token}'><button>Go</button></form>"
        )

    async def _clicked(self, request: Request) -> Response:
        token = str((await request.form())["token"])
        journey = self.people[token]
        journey.hits.append(("POST", "/api/enrol"))
        if journey.status == "Sent":
            journey.status, journey.nudged_at = "AddedToGroup", self._now
            self._tenant.add_member(GROUP_ID, token)
            if journey.grace_from is not None:
                journey.grace_from = self._now
        return HTMLResponse("<p>Started</p>")

    async def _opened(self, request: Request) -> Response:
        self._hit(request)
        return Response(b"GIF89a", media_type="image/gif")

    async def _form(self, _request: Request) -> Response:
        return HTMLResponse("<form method='post'><input name='email' type='email'></form>")

    async def _resend(self, request: Request) -> Response:
        user = self._tenant.users.find(str((await request.form())["email"]))
        if user is not None:
            journey = self.people[user.id]
            journey.hits.append(("POST", "/api/resend"))
            journey.status = "Pending"
        return HTMLResponse("<p>Done</p>")

    def _hit(self, request: Request) -> str:
        token = request.query_params["token"]
        path = urlsplit(str(request.url)).path
        if token in self.people:
            self.people[token].hits.append((request.method, path))
        return token
