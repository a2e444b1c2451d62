"""What can be seen of the demo's people from outside: the tenant's control API, and Temporal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
from temporalio.client import Client

from client.enrolments import execution_statuses
from client.requests import ask_worker
from demo.rollout.stories import Persona, Sight, Step, steps_of
from domain.status import MailKind

KIND_HEADER = "X-MFA-Rollout-Mail"
# Escalations in somebody's mailbox are about others; the list tells of their own.
ESCALATION = MailKind.ESCALATION.value


class Facts:
    """Reads the tenant and Temporal, as anybody could who looks at them."""

    def __init__(self, http: httpx.AsyncClient, temporal: Client) -> None:
        """Take a client of the tenant's pages for people, and one of Temporal."""
        self._http = http
        self._temporal = temporal
        self._running: str | None = None

    async def personas(self) -> list[Persona]:
        """Return everybody who acts, with their stories."""
        return [
            Persona(
                address=row["userPrincipalName"],
                object_id=row["objectId"],
                name=row["displayName"],
                kind=row["persona"],
                story=row["story"],
                expected=row["expected"],
            )
            for row in await self._get("/control/personas")
        ]

    async def sights(self) -> dict[str, Sight]:
        """Return what is to be seen of each persona, by user principal name."""
        items = await self._get("/control/items")
        rows = {str(item["Title"]).casefold(): item for item in items}
        workflows = await execution_statuses(self._temporal)
        self._running = next(
            (one for one, status in workflows.items() if status == "running"), None
        )
        return {
            seen["userPrincipalName"]: Sight(
                row=rows.get(seen["userPrincipalName"].casefold(), {}),
                mails=seen["mails"],
                in_group=seen["in_group"],
                registered=seen["registered"],
                workflow=workflows.get(seen["objectId"], "none"),
            )
            for seen in await self._get("/control/personas")
        }

    async def steps(self, persona: Persona, sight: Sight) -> Sequence[Step]:
        """Return what happened to somebody, in order: the mails, and the dates of the list."""
        mails = await self._get(f"/control/mailboxes/{quote(persona.address)}/messages")
        sent = [
            Step(datetime.fromisoformat(mail["sentDateTime"]), mail["headers"][KIND_HEADER])
            for mail in mails
            if mail["headers"].get(KIND_HEADER, ESCALATION) != ESCALATION
        ]
        return steps_of(sight.row, sent)

    async def ask_a_workflow(self) -> None:
        """Wait for the worker's answer to a question about somebody whose enrolment runs.

        Raises:
            TemporalError: there is none.
        """
        if self._running is not None:
            await ask_worker(self._temporal, self._running)

    async def stop_personas(self) -> None:
        """Let nobody of the tenant act by themselves any more."""
        (await self._http.post("/control/personas/stop")).raise_for_status()

    async def stop_calendar(self, ended_at: datetime) -> None:
        """Let the tenant's calendar stand still."""
        told = {"daysEndedAt": ended_at.isoformat()}
        (await self._http.put("/control/calendar", json=told)).raise_for_status()

    async def _get(self, path: str) -> list[dict[str, Any]]:
        response = await self._http.get(path)
        if response.status_code == httpx.codes.NOT_FOUND:
            return []
        response.raise_for_status()
        rows: list[dict[str, Any]] = response.json()["value"]
        return rows
