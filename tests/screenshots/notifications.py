"""The reports by mail and the webhooks of the pictures, and what became of them."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from database.portal.reports import add_report
from database.portal.webhooks import add_webhook
from database.schema import sent_mail, webhook_attempt
from domain.identifiers import report_key
from domain.reports.interval import Interval
from domain.reports.records import ReportSchedule
from domain.status import InviteStatus
from domain.tables.mail import AdminMailKind, MailOrigin, MailState
from domain.webhooks.records import Webhook, WebhookTrouble
from tests.screenshots.people import SENDER

REPORT = "d0000000-0000-4000-8000-000000000003"
WEBHOOK = "d0000000-0000-4000-8000-000000000004"
GIVEN_UP = "d0000000-0000-4000-8000-000000000005"
DAY = timedelta(days=1)


async def write_notifications(connection: AsyncConnection, now: datetime) -> None:
    """Write a report that was sent three times, and two webhooks, one of them given up."""
    report = ReportSchedule(
        schedule_id=REPORT,
        interval=Interval(hour=7, weekday="Mon"),
        recipients=("ada.admin@contoso.example", "ciso@contoso.example"),
        created_by="Ada Admin",
        created_at=now - 24 * DAY,
    )
    await add_report(connection, report)
    sent, withdrawn = MailState.SENT, MailState.WITHDRAWN
    for ago, states in ((19, (sent, sent)), (12, (sent, withdrawn)), (5, (sent, sent))):
        for recipient, state in enumerate(states):
            values = {
                "key": report_key(REPORT, f"run-{ago}", recipient),
                "sender": SENDER,
                "kind": AdminMailKind.REPORT,
                "object_id": REPORT,
                "origin": MailOrigin.SCHEDULE,
                "from_form_share": False,
                "state": state,
                "attempt": "1",
                "reserved_at": now - ago * DAY,
                "values": {},
                "outcome": "it did not leave in time" if state is withdrawn else None,
            }
            await connection.execute(sent_mail.insert().values(values))
    webhook = Webhook(
        webhook_id=WEBHOOK,
        url="https://tickets.contoso.example/mfa",
        secret="whsec_",
        created_by="Ada Admin",
        created_at=now - 20 * DAY,
        delivered_at=now - timedelta(minutes=93),
    )
    await add_webhook(connection, webhook)
    given_up = replace(
        webhook,
        webhook_id=GIVEN_UP,
        url="https://dashboard.contoso.example/hooks/mfa",
        enabled=False,
        delivered_at=now - 8 * DAY,
        trouble=WebhookTrouble.ANSWERED,
        answered=503,
        failing_since=now - 4 * DAY,
    )
    await add_webhook(connection, given_up)
    for minutes, status, trouble in (
        (95, InviteStatus.CLICKED, None),
        (94, InviteStatus.ADDED_TO_GROUP, WebhookTrouble.TIMED_OUT),
        (93, InviteStatus.ADDED_TO_GROUP, None),
        (12, None, None),
    ):
        at = now - timedelta(minutes=minutes)
        tried = {"webhook_id": WEBHOOK, "at": at, "status": status, "trouble": trouble}
        await connection.execute(webhook_attempt.insert().values(tried))
