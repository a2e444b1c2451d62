"""All keys are replaced while people are being enrolled, and the old ones are dropped later."""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from cli.terminal import ExitStatus
from demo.layout import Layout
from tests.faults.arrangement import Arrangement
from tests.faults.parts import API, WORKER, Parts, running_parts
from tests.faults.people import STARTED as ENROLMENT_STARTED
from tests.faults.people import SomePerson, add_people, mails_of
from tests.support import warm
from tests.support.eventually import eventually
from tests.support.product import button, links

DAY_SECONDS = 1200.0


def new_key() -> str:
    """Return a key as the documents say that one is made."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """A rollout whose settings change between two lives of its processes."""

    layout: Layout
    parts: Parts
    control: httpx.AsyncClient
    settings: dict[str, str]

    async def with_rings(self, links: str, payloads: str) -> None:
        """Restart every process with these rings, the API first."""
        self.settings.update(TRACKING_TOKEN_KEY=links, PAYLOAD_KEYS=payloads)
        for name in (API, WORKER):
            await self.parts.stop(name)
            await self.parts.start(name)

    async def import_(self, one: SomePerson) -> None:
        """Import somebody, and wait for their mail."""
        file = self.layout.folder / f"{one.alias}.csv"
        file.write_text(f"UPN\n{one.upn}\n")
        status, output = await self.parts.verb("import", str(file), f"--batch-id={one.alias}")
        assert status == ExitStatus.DONE, output
        await eventually(lambda: self._is_mailed(one))

    async def _is_mailed(self, one: SomePerson) -> bool:
        return bool(await mails_of(self.control, one))

    async def click(self, one: SomePerson) -> None:
        """Press the button behind somebody's link, and wait until the list tells of it."""
        [mail] = await mails_of(self.control, one)
        async with httpx.AsyncClient(trust_env=False, timeout=600) as browser:
            page = await browser.get(links(mail)["enrol"])
            url = f"{self.layout.api}/api/enrol"
            answer = await browser.post(url, data=button(page.text))
        assert ENROLMENT_STARTED in answer.text

        async def is_told() -> bool:
            items = (await self.control.get("/control/items")).json()["value"]
            return any(one.upn == item["Title"] and item.get("ClickedLinkDate") for item in items)

        await eventually(is_told)


def somebody(alias: str, number: int) -> SomePerson:
    """Return somebody who does what the test says."""
    object_id = f"{number:08}-2222-4333-8444-555555555555"
    return SomePerson(
        alias=alias, clicks=True, registers=False, opens=False, waits=0, object_id=object_id
    )


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_mails_leave_and_clicks_count_once_the_old_keys_are_dropped(tmp_path: Path) -> None:
    """Two rounds for payloads, as the documents say; whoever began with the old key has ended.

    What keeps the switch of all mail never ends: a worker that has both keys renews it.
    """
    old_links, new_links, old, new = (new_key() for _ in range(4))
    settings = {"TRACKING_TOKEN_KEY": old_links, "PAYLOAD_KEYS": old}
    people = [somebody(alias, number) for number, alias in enumerate(("ada", "bob", "cyd", "dan"))]
    ada, bob, cyd, dan = people
    async with running_parts(
        tmp_path,
        Arrangement(environment=settings),
        day_seconds=DAY_SECONDS,
        database_url="",
        program=warm.command,
    ) as (layout, parts, control):
        rollout = Rollout(layout=layout, parts=parts, control=control, settings=settings)
        await add_people(control, people)
        for verb in ("stop", "start"):
            assert (await parts.verb("mail", verb, "--reason=a test"))[0] == ExitStatus.DONE
        await rollout.import_(ada)
        await rollout.import_(bob)
        both_links = f"{new_links},{old_links}"
        await rollout.with_rings(both_links, f"{old},{new}")
        await rollout.with_rings(both_links, f"{new},{old}")
        await rollout.click(bob)
        await rollout.import_(cyd)
        for one in (ada, bob):
            status, output = await parts.verb("cancel", one.upn, "--reason=left")
            assert status == ExitStatus.DONE, output

        await rollout.with_rings(new_links, new)

        await rollout.click(cyd)
        await rollout.import_(dan)
        await rollout.click(dan)
