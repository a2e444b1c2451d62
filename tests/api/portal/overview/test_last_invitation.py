"""When the last invitation leaves, as the overview tells it."""

from datetime import datetime, timedelta

import pytest

from api.portal.overview.draw_trends import draw_trends
from api.portal.overview.last_invitation import (
    LastInvitation,
    LastInvitationKnown,
    last_invitation,
)
from api.portal.overview.outlook import Outlook
from client.people.rollout import Rollout
from database.rollout.control import set_control
from domain.portal.roles import Role
from domain.tables.enrolment import NextStep
from domain.tables.mail import SenderState
from domain.tables.rollout import MailControl, Sender
from tests.api.portal.overview.test_plots import NOW, overview
from tests.api.portal.portal import RunningPortal
from tests.database.values import MAILBOX, person, put

LATER = NOW + timedelta(days=3)
EXPECTED = Outlook(last_invitation_at=LATER)
STOPPED = MailControl(mail_stopped=True, since=NOW)
STARTED = MailControl(mail_stopped=False, since=NOW)
BLOCKED = Sender(address=MAILBOX, state=SenderState.STOPPED, since=NOW)


@pytest.mark.parametrize(
    ("outlook", "control", "blocked", "what", "at"),
    [
        (EXPECTED, None, (), LastInvitation.EXPECTED, LATER),
        (EXPECTED, STARTED, (), LastInvitation.EXPECTED, LATER),
        (EXPECTED, STOPPED, (BLOCKED,), LastInvitation.MAIL_STOPPED, None),
        (EXPECTED, None, (BLOCKED,), LastInvitation.MAILBOX_BLOCKED, None),
        (Outlook(last_invitation_at=NOW), None, (), LastInvitation.UNKNOWN, None),
        (None, None, (), LastInvitation.UNKNOWN, None),
    ],
)
def test_no_day_is_promised_that_nobody_can_keep(
    outlook: Outlook | None,
    control: MailControl | None,
    blocked: tuple[Sender, ...],
    what: LastInvitation,
    at: datetime | None,
) -> None:
    """While mail is stopped or a mailbox is blocked there is no day, nor is one that has passed."""
    rollout = Rollout(
        control=control, seen_at={}, missing=frozenset(), rebuild_since=None, blocked=blocked
    )
    assert last_invitation(overview(), outlook, rollout) == LastInvitationKnown(what, at)


async def test_a_stop_of_all_mail_is_told_beside_those_who_wait(portal: RunningPortal) -> None:
    """The live part has no day for the last invitation, and the forecast says what it supposes."""
    waiting = {"next_step": NextStep.INVITATION, "invite_sent_at": None}
    await put(portal.database, person(1, **waiting))
    async with portal.database.writing() as connection:
        await set_control(connection, STOPPED)
    async with portal.browser(Role.READER) as browser:
        part = await browser.get("/portal/overview/live", headers={"HX-Request": "true"})
    assert "depends on when all mail is started again" in " ".join(part.text.split())
    assert "expected to leave" not in part.text
    shared = portal.api.app.state.portal
    for condition, told in (
        ("if all mail stays stopped", " if all mail stays stopped."),
        (None, "."),
    ):
        outlook = Outlook(at_deadline=(3, 4), condition=condition)
        trends = await draw_trends(shared, overview(), outlook, drawn=False)
        assert f"3 to 4 people are expected to be registered{told}" in trends.html
