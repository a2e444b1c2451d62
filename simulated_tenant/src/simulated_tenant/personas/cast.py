"""Everybody who acts in the demo, and how far each of them has come."""

import asyncio
from datetime import timedelta
from typing import Any

from simulated_tenant.directory.users import User
from simulated_tenant.exchange.message import Message
from simulated_tenant.personas.actor import KIND_HEADER, Actor
from simulated_tenant.personas.browser import Browser
from simulated_tenant.personas.kinds import Kind
from simulated_tenant.personas.scripts import SCRIPTS
from simulated_tenant.population_names import Person
from simulated_tenant.tenant import SimulatedTenant

_KINDS = ("invitation", "reminder", "follow-up", "escalation")


class Cast:
    """Runs the script of every person, in the tenant's event loop."""

    def __init__(
        self,
        tenant: SimulatedTenant,
        people: dict[str, Person],
        *,
        group_id: str,
        day_length: timedelta,
    ) -> None:
        """Take people by UPN; ``day_length`` is how long a demo day lasts in real time."""
        self._tenant = tenant
        self._group_id = group_id
        self._browser = Browser()
        self._first_mail = asyncio.Event()
        self.actors = [
            Actor(
                tenant=tenant,
                address=address,
                person=person,
                browser=self._browser,
                day_length=day_length,
            )
            for address, person in people.items()
        ]
        self.day_length = day_length
        self._acting: dict[asyncio.Task[None], Actor] = {}

    async def run(self) -> None:
        """Let everybody act until cancelled; a script that fails shows its failure and ends."""
        self._tenant.transport.on_delivery(self._delivered)
        if any(actor.mails(kind) for actor in self.actors for kind in _KINDS):
            self._first_mail.set()
        try:
            async with asyncio.TaskGroup() as group:
                self._acting = {group.create_task(self._act(one)): one for one in self.actors}
        finally:
            await self._browser.close()

    def set_day_length(self, day_length: timedelta) -> None:
        """Let a day last so long, for whoever begins to wait from now on."""
        self.day_length = day_length
        for actor in self.actors:
            actor.day_length = day_length

    def stop(self) -> None:
        """Let nobody act any more."""
        for task, actor in self._acting.items():
            if task.cancel():
                actor.done("the days have ended")

    def state(self) -> list[dict[str, Any]]:
        """Return everybody's story, the end it demands, and what has happened so far."""
        return [self._shown(actor) for actor in self.actors]

    async def _act(self, actor: Actor) -> None:
        try:
            if actor.kind is Kind.ON_LEAVE:
                actor.doing = "on leave"
                await self._first_mail.wait()
            await SCRIPTS[actor.kind](actor)
            actor.done("nothing more to do")
        except Exception as failure:  # noqa: BLE001 - one person's trouble must not stop the others
            actor.done(f"failed: {type(failure).__name__}")

    def _delivered(self, _user: User, message: Message) -> None:
        if message.header(KIND_HEADER) is not None:
            self._first_mail.set()
        for actor in self.actors:
            actor.notice()

    def _shown(self, actor: Actor) -> dict[str, Any]:
        user = actor.user
        mails = {kind: len(actor.mails(kind)) for kind in _KINDS[:3]}
        mails["escalation"] = len(actor.escalations())
        registered = user is not None and any(method.reported_as for method in user.methods)
        now = self._tenant.clock()
        return {
            "userPrincipalName": actor.address,
            "displayName": actor.person.name,
            "objectId": None if actor.kind is Kind.LEFT_THE_COMPANY else actor.person.object_id,
            "persona": actor.kind.value,
            "story": actor.story,
            "expected": actor.expected.as_json(),
            "doing": actor.doing,
            "acted": list(actor.acted),
            "registered": registered,
            "in_group": user is not None
            and self._tenant.groups.contains(self._group_id, user.id, now),
            "mails": mails,
        }
