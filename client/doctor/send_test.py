"""A test of sending: one mail to an admin, one to nobody, and what becomes of both."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from domain.doctor.send_test import ReportSeen, SendTest, SentTest
from domain.mail.content import SUPPRESSED, OutgoingMail
from domain.mail.returned.delivery_report import KEY_HEADER, DeliveryReport
from graph.delivery_reports import DeliveryReports, ReturnedMail
from graph.http.client import GraphClient
from graph.mailbox import Mailbox

# Exchange's clock isn't ours.
CLOCK_SKEW = timedelta(minutes=5)
# So long after it has left a mail is looked for in Sent Items.
SAVED_WITHIN = timedelta(minutes=2)
LOOK_EVERY = timedelta(seconds=2)
_TEXT = (
    "mfa-rollout sends this mail to find out whether it may send from this mailbox, and what "
    "becomes of its mails. Nothing has to be done."
)


class SendingTest:
    """Sends two mails from a mailbox, and watches them."""

    def __init__(
        self,
        graph: GraphClient,
        sender: str,
        *,
        look_every: timedelta = LOOK_EVERY,
        saved_within: timedelta = SAVED_WITHIN,
    ) -> None:
        """Take the mailbox; nothing is sent yet."""
        self._mailbox = Mailbox(graph, sender)
        self._reports = DeliveryReports(graph, sender)
        self._look_every = look_every.total_seconds()
        self._saved_within = saved_within.total_seconds()

    async def run(self, admin: str, *, within: timedelta) -> SendTest:
        """Send, and return what was seen by the time that the report came, or within this time.

        The copies in Sent Items are deleted, and the report is marked as handled.

        Raises:
            RolloutError: a mail can't be sent, or the mailbox not be read.
        """
        loop = asyncio.get_running_loop()
        domain = self._mailbox.address.rpartition("@")[2]
        nobody = f"mfa-rollout-test-{uuid4().hex[:12]}@{domain}"
        begun, since = loop.time(), datetime.now(UTC) - CLOCK_SKEW
        until = begun + within.total_seconds()
        key = _key()
        to_admin, to_nobody, report = await asyncio.gather(
            self._send(admin, _key(), since, until),
            self._send(nobody, key, since, until),
            self._report(nobody, key, since, until),
        )
        waited = loop.time() - begun
        return SendTest(to_admin=to_admin, to_nobody=to_nobody, report=report, waited=waited)

    async def _send(self, address: str, key: str, since: datetime, until: float) -> SentTest:
        """Send a mail, and watch it until it is in Sent Items, or was looked for long enough."""
        loop = asyncio.get_running_loop()
        draft_id = await self._mailbox.create_draft(_mail(address, key), key=key)
        await self._mailbox.send(draft_id)
        sent = loop.time()
        left: float | None = None
        while True:
            state = await self._mailbox.read(draft_id)
            now = loop.time()
            if left is None and (state is None or not state.is_draft):
                left = now - sent
            saved = None
            if left is not None:
                saved = await self._mailbox.find(key, since=since, folders=("sentitems",))
            if saved is not None:
                await self._mailbox.delete(saved.id)
                kept = saved.id == draft_id
                return SentTest(left_after=left, found_after=loop.time() - sent, id_kept=kept)
            given_up = left is not None and now - sent - left >= self._saved_within
            if given_up or now >= until:
                # Sent Items may not be written at all; the id then leads to what is kept of it.
                seen = state is not None and not state.is_draft
                return SentTest(left_after=left, found_after=None, id_kept=True if seen else None)
            await asyncio.sleep(self._look_every)

    async def _report(
        self, address: str, key: str, since: datetime, until: float
    ) -> ReportSeen | None:
        """Wait for the delivery report on the mail to an address."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        looked_at: set[str] = set()
        while True:
            async for returned in self._reports.returned_since(since):
                if returned.id in looked_at:
                    continue
                looked_at.add(returned.id)
                report = await self._reports.report_of(returned)
                if report is not None and (key in report.keys or address in report.recipients):
                    await self._reports.mark_handled(returned)
                    return _seen(returned, report, key, loop.time() - begun)
            if loop.time() >= until:
                return None
            await asyncio.sleep(self._look_every)


def _seen(
    returned: ReturnedMail, report: DeliveryReport, key: str, arrived_after: float
) -> ReportSeen:
    return ReportSeen(
        arrived_after=arrived_after,
        message_class=returned.message_class,
        code=report.code,
        bounce_class=report.bounce_class,
        names_key=key in report.keys,
        headers=returned.header_names,
    )


def _key() -> str:
    return f"test/{uuid4()}"


def _mail(address: str, key: str) -> OutgoingMail:
    return OutgoingMail(
        subject="mfa-rollout: test of sending",
        html=f"<p>{_TEXT}</p>",
        text=_TEXT,
        to_address=address,
        to_name=address,
        headers={
            "X-MFA-Rollout-Mail": "test",
            KEY_HEADER: key,
            "X-Auto-Response-Suppress": SUPPRESSED,
        },
    )
