"""The checks that belong to the moment: the send window, and the mailbox's day."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.mail.activities import PrepareMailInput
from activities.mail.kill_switch import MailSwitch
from activities.mail.send_limits import MailTurns
from domain.enrolment.status import MailKind
from domain.mail.content import OutgoingMail, Withheld
from domain.mail.send_window import WEEKDAYS, SendWindow
from graph.mailbox import Mailbox
from tests.activities.mail.mails import preparing
from tests.activities.stage import Stage


def _closed() -> SendWindow:
    """Return a window that is open on every day of the week but today and tomorrow."""
    today = datetime.now(UTC)
    closed = {WEEKDAYS[(today + timedelta(days=day)).weekday()] for day in (0, 1)}
    return SendWindow(days=tuple(day for day in WEEKDAYS if day not in closed))


async def test_outside_of_the_window_nothing_is_drafted(stage: Stage) -> None:
    """A mail whose turn comes after closing time waits; one that may leave at any time doesn't."""
    user = stage.user()
    mail = PrepareMailInput(
        kind=MailKind.REMINDER,
        object_id=user.id,
        key="window/1",
        sender=0,
        tracking_token="0" * 8 + "-0000-4000-8000-000000000000",
        nudges_sent=0,
        window=_closed(),
    )
    prepared = await preparing(stage).next(mail)
    assert prepared.withheld is Withheld.WINDOW_CLOSED
    assert prepared.draft_id is None


@pytest.mark.parametrize(
    ("kind", "sent", "answer"),
    [
        (MailKind.INVITATION, 8, None),
        (MailKind.INVITATION, 9, Withheld.BUDGET_SPENT),
        (MailKind.REMINDER, 9, None),
        (MailKind.REMINDER, 10, Withheld.BUDGET_SPENT),
    ],
)
async def test_a_mailbox_keeps_to_its_day(
    stage: Stage, kind: MailKind, sent: int, answer: Withheld | None
) -> None:
    """Of ten mails a day, invitations may use nine; what others sent counts, too."""
    sender = stage.user("sender")
    for scope in stage.ground.app.mailbox_scopes.values():
        scope.append(sender.id)
    stage.tenant.apps.put(stage.ground.app)
    mailbox = Mailbox(stage.graph, sender.user_principal_name)
    for number in range(sent):
        outgoing = OutgoingMail(
            subject="x", html="x", text="x", to_address="who@contoso.example", to_name="Who"
        )
        await mailbox.send(await mailbox.create_draft(outgoing, key=f"day/{number}"))
    turns = MailTurns(switch=MailSwitch(client=stage.client), per_day=10)
    assert await turns.reason_to_wait(mailbox, kind, None) is answer
