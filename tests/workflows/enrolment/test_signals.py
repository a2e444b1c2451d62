"""Clicks and opens: early, late, twice, out of order."""

from datetime import timedelta

import pytest

from domain.status import InviteStatus, MailKind
from tests.support.enrolments import Enrolment
from tests.support.world import HOUR, MINUTE, WEEK, World
from tests.workflows.conftest import Start


async def test_click_leads_to_the_group(invited: Enrolment) -> None:
    """A click becomes Clicked, then AddedToGroup once Graph has said so, with both dates."""
    added = invited.world.hold("add_to_group")
    await invited.click()
    await invited.doing("add_to_group")
    state = await invited.reached(lambda state: state.status is InviteStatus.CLICKED)
    assert not state.in_group
    added.set()
    state = await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    assert state.in_group
    assert state.clicked_at is not None
    assert invited.world.row["InGroup"] is True
    assert invited.world.row["ClickedLinkDate"] == f"{state.clicked_at:%Y-%m-%dT%H:%M:%SZ}"
    assert invited.world.row["AddedToGroupDate"] is not None


async def test_repeated_clicks_change_nothing(invited: Enrolment) -> None:
    """The first click's date stays, and the group is asked once."""
    await invited.click()
    first = await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    writes = len(invited.world.writes)
    await invited.pass_time(HOUR)
    await invited.click()
    await invited.open()
    last = await invited.reached(lambda state: state.opened_at)
    await invited.shows(EmailOpenedDate=f"{last.opened_at:%Y-%m-%dT%H:%M:%SZ}")
    assert last.clicked_at == first.clicked_at
    assert invited.world.group_adds == 1
    assert [list(write) for write in invited.world.writes[writes:]] == [["EmailOpenedDate"]]


async def test_same_event_twice_counts_once(invited: Enrolment) -> None:
    """A click that is delivered again after a resend isn't a new click."""
    await invited.click("event-1")
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.pass_time(HOUR)
    await invited.ask_for_link()
    await invited.in_status(InviteStatus.SENT)
    await invited.click("event-1")
    await invited.open()
    state = await invited.reached(lambda state: state.opened_at)
    assert state.status is InviteStatus.SENT


async def test_first_open_counts_and_is_no_status(invited: Enrolment) -> None:
    """The first pixel is dated; later ones change nothing, and the status stays Sent."""
    await invited.open()
    first = await invited.reached(lambda state: state.opened_at)
    await invited.pass_time(HOUR)
    await invited.open()
    await invited.reached(lambda state: len(state.seen_events) == 2)
    last = await invited.state()
    assert last.opened_at == first.opened_at
    assert last.status is InviteStatus.SENT


async def test_news_before_intake_is_kept_in_order(start: Start) -> None:
    """A click and an open that arrive while the intake is at it are not lost."""
    world = World()
    intake = world.hold("look_up_and_adopt")
    enrolment = await start(world)
    await enrolment.doing("look_up_and_adopt")
    await enrolment.open()
    await enrolment.click()
    intake.set()
    state = await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    assert state.opened_at is not None
    assert world.mails == []


async def test_wish_for_a_link_before_intake_is_kept(start: Start) -> None:
    """Somebody on the list as Sent who asks for a link during the intake gets it."""
    world = World(row={"InviteStatus": "Sent", "InviteSentDate": "2026-01-01T00:00:00Z"})
    intake = world.hold("look_up_and_adopt")
    enrolment = await start(world)
    await enrolment.doing("look_up_and_adopt")
    await enrolment.ask_for_link()
    intake.set()
    await enrolment.reached(lambda state: state.form_resends and not state.resend_wanted)
    assert world.mails[0] is MailKind.INVITATION


async def test_click_while_pending_withdraws_the_invitation(start: Start) -> None:
    """Who clicks an older link while the invitation waits isn't mailed, and joins the group."""
    enrolment = await start(mails_wait=True)
    await enrolment.shows(InviteStatus="Pending")
    await enrolment.click()
    state = await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    assert state.invite_sent_at is None
    assert "deliver_mail" not in enrolment.world.begun


async def test_click_while_the_invitation_is_drafted(start: Start) -> None:
    """A draft that is being made when the click comes is discarded, not sent."""
    world = World()
    world.hold("draft_made")
    enrolment = await start(world)
    await enrolment.doing("draft_made")
    await enrolment.click()
    await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    assert world.discarded == [MailKind.INVITATION]
    assert world.mails == []


async def test_late_news_keep_their_own_time(invited: Enrolment) -> None:
    """An open and a click that were held up are dated when they happened, in any order."""
    await invited.pass_time(HOUR)
    happened_at = await invited.now() - 20 * MINUTE
    await invited.click(at=happened_at)
    await invited.open(at=happened_at - timedelta(minutes=1))
    state = await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    assert state.clicked_at == happened_at
    opened = await invited.reached(lambda state: state.opened_at)
    assert opened.opened_at == happened_at - timedelta(minutes=1)


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59", "0001-01-01T00:00:00+14:00"])
async def test_click_at_an_impossible_time_counts_as_now(invited: Enrolment, at: str) -> None:
    """A clock that is wrong by centuries puts off no follow-up, and breaks nothing."""
    before = await invited.now()
    payload = {"event_id": "x" * 10_000, "at": at}
    await invited.handle.signal("link_clicked", payload)
    state = await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    assert state.clicked_at is not None
    assert before - MINUTE < state.clicked_at <= await invited.now()
    assert len(state.seen_events[-1]) == 100
    await invited.pass_time(WEEK + MINUTE)
    await invited.followed_up(1)
