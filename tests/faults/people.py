"""People whose doings are drawn by lot, and what each of them was told."""

import asyncio
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from tests.support.product import button, links

STARTED = "MFA Enrolment Started"
SAVED = "Your Click Is Saved"
PAUSE_SECONDS = 0.5
# What stands in names of people and guests, and means something else in an address or a filter.
ODD = ("", "'", "#", "+", "&", "%2f", "/")


@dataclass(kw_only=True)
class SomePerson:
    """One person: what they will do, and which of their hits were acknowledged."""

    alias: str
    clicks: bool
    registers: bool
    opens: bool
    waits: float
    object_id: str
    click_acknowledged: bool = False
    registered: bool = False
    done: bool = False
    # Pages that told neither what came of a click nor that it has to be repeated.
    wordless: list[str] = field(default_factory=list)

    @property
    def upn(self) -> str:
        """Their UPN, which is their address, too."""
        return f"{self.alias}@contoso.example"


def people_by_lot(count: int, lot: random.Random, *, first: int = 0) -> list[SomePerson]:
    """Return people: two thirds click, most of them register, and some only look at the mail.

    Args:
        count: how many.
        lot: decides what each does.
        first: the first one's number; no two people of a rollout have the same.
    """
    people = []
    for number in range(first, first + count):
        clicks = number % 3 != 0
        people.append(
            SomePerson(
                alias=f"person{ODD[number % len(ODD)]}.{number:05}",
                # Everybody's share of the first half hour after an opening is made of the end.
                object_id=str(UUID(int=lot.getrandbits(96) << 32 | number, version=4)),
                clicks=clicks,
                registers=clicks and lot.random() < 0.7,
                opens=lot.random() < 0.5,
                waits=lot.uniform(0, 5),
            )
        )
    return people


async def add_people(control: httpx.AsyncClient, people: Sequence[SomePerson]) -> None:
    """Add them to the directory."""
    users = [
        {
            "id": one.object_id,
            "userPrincipalName": one.upn,
            "mail": one.upn,
            "displayName": one.alias,
        }
        for one in people
    ]
    (await control.post("/control/bulk", json={"users": users})).raise_for_status()


async def mails_of(control: httpx.AsyncClient, person: SomePerson) -> list[dict[str, Any]]:
    """Return a person's mailbox."""
    path = f"/control/mailboxes/{quote(person.upn, safe='')}/messages"
    return (await control.get(path)).json()["value"]  # type: ignore[no-any-return]


async def live(
    person: SomePerson, control: httpx.AsyncClient, apis: Sequence[str], may_act: asyncio.Event
) -> None:
    """Wait for the mail, and do with it what the lot says, however often a page fails.

    The links lead to the first of ``apis``; each answers every so many requests, in turn.
    """
    turn = itertools.count()

    def of_one(url: str) -> str:
        return url.replace(apis[0], apis[next(turn) % len(apis)])

    mails: list[dict[str, Any]] = []
    while not mails:
        await asyncio.sleep(PAUSE_SECONDS * 2)
        mails = await mails_of(control, person)
    await may_act.wait()
    await asyncio.sleep(person.waits)
    found = links(mails[0])
    async with httpx.AsyncClient(trust_env=False, timeout=600) as browser:
        if person.opens:
            await _asked(browser, "GET", of_one(found["pixel"]))
        if person.clicks:
            while not person.click_acknowledged:
                page = await _asked(browser, "GET", of_one(found["enrol"]))
                fields = button(page.text)
                if page.status_code != httpx.codes.OK or not fields:
                    await asyncio.sleep(PAUSE_SECONDS)
                    continue
                url = of_one(f"{apis[0]}/api/enrol")
                answer = await _asked(browser, "POST", url, data=fields)
                person.click_acknowledged = STARTED in answer.text or SAVED in answer.text
                if not _says_something(answer):
                    person.wordless.append(str(answer.status_code))
    if person.registers:
        path = f"/control/users/{person.object_id}/methods"
        (await control.post(path, json={"type": "phone"})).raise_for_status()
        person.registered = True
    person.done = True


def _says_something(answer: httpx.Response) -> bool:
    """Say whether a page is one that was made to be read, whatever it tells."""
    return answer.status_code < httpx.codes.BAD_REQUEST or "<h1" in answer.text


async def _asked(browser: httpx.AsyncClient, method: str, url: str, **more: Any) -> httpx.Response:
    """Ask until there is an answer: nobody listens while the API is away."""
    while True:
        try:
            return await browser.request(method, url, **more)
        except httpx.TransportError:
            await asyncio.sleep(PAUSE_SECONDS)
