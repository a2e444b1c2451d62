"""How a registration is noticed: one retried activity, started anew when its rhythm changes."""

from dataclasses import replace
from datetime import timedelta

from domain.enrolment.state import ProblemKind
from domain.status import InviteStatus
from temporal.search_attributes import USER_PRINCIPAL_NAME
from tests.support.enrolments import SLOW_POLL, Enrolment
from tests.support.eventually import eventually
from tests.support.world import DAY, HOUR, MINUTE
from tests.workflows.conftest import Start


async def test_polls_in_its_rhythm_without_history(start: Start) -> None:
    """Two days of polling every 12 hours are four looks more, and not one activity more."""
    enrolment = await start(policy=replace(SLOW_POLL, poll_interval=timedelta(hours=12)))
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.doing("await_registration")
    await enrolment.pass_time(2 * DAY + MINUTE)
    await enrolment.doing("await_registration", times=5)
    history = await enrolment.handle.fetch_history()
    scheduled = [
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    assert scheduled.count("await_registration") == 1


async def test_sees_a_registration_at_the_next_look(start: Start) -> None:
    """Nobody has to tell: the next look finds the method, and the enrolment is Active."""
    enrolment = await start(policy=replace(SLOW_POLL, poll_interval=timedelta(hours=12)))
    await enrolment.in_status(InviteStatus.SENT)
    enrolment.world.registered = True
    await enrolment.pass_time(12 * HOUR + MINUTE)
    await enrolment.handle.result()
    assert enrolment.world.row["InviteStatus"] == "Active"


async def test_click_starts_the_quick_rhythm_at_once(invited: Enrolment) -> None:
    """A look that would have come in 400 days comes with the click, and knows of it."""
    await invited.doing("await_registration")
    assert invited.world.polls[0].clicked_at is None
    await invited.click()
    state = await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.doing("await_registration", times=2)
    assert invited.world.polls[1].clicked_at == state.clicked_at


async def test_click_does_not_wait_for_a_slow_group(invited: Enrolment) -> None:
    """The quick rhythm has begun while the group call is still under way."""
    added = invited.world.hold("add_to_group")
    await invited.click()
    await invited.doing("add_to_group")
    await invited.doing("await_registration", times=2)
    added.set()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)


async def test_looks_at_once_when_methods_changed(invited: Enrolment) -> None:
    """The report's news leads to one direct look, which decides."""
    await invited.doing("await_registration")
    await invited.registration_changed()
    await invited.doing("await_registration", times=2)
    assert (await invited.state()).status is InviteStatus.SENT


async def test_looks_at_once_although_a_mail_waits(start: Start) -> None:
    """A mail in the queue doesn't hold the look up."""
    enrolment = await start(mails_wait=True)
    await enrolment.reached(lambda state: state.mails_begun == 1)
    await enrolment.doing("await_registration")
    await enrolment.registration_changed()
    await enrolment.doing("await_registration", times=2)


async def test_news_end_the_waiting_after_a_failure(start: Start) -> None:
    """A click looks at once, although the next try after a failure would be in an hour."""
    enrolment = await start()
    await enrolment.in_status(InviteStatus.SENT)
    enrolment.world.fail("await_registration", "No right to read the methods.")
    await enrolment.registration_changed()
    await enrolment.complains("No right to read the methods.")
    enrolment.world.mend("await_registration")
    enrolment.world.registered = True
    await enrolment.click()
    await enrolment.handle.result()
    assert enrolment.world.row["ErrorDetails"] is None


async def test_an_unknown_type_is_shown_and_is_over_with_it(invited: Enrolment) -> None:
    """ErrorDetails names it once; the looks go on in their rhythm; when it is gone, so is that."""
    await invited.doing("await_registration")
    invited.world.unknown_methods = ("brainWaveAuthenticationMethod",)
    await invited.registration_changed()
    details = await invited.complains(ProblemKind.UNKNOWN_METHODS)
    assert "brainWaveAuthenticationMethod" in details
    await invited.doing("await_registration", times=3)
    assert invited.world.polls[-1].unknown_methods == ("brainWaveAuthenticationMethod",)
    invited.world.unknown_methods = ()
    await invited.registration_changed()
    await invited.shows(ErrorDetails=None)
    assert (await invited.state()).unknown_methods == []


async def test_a_new_name_is_followed_between_mails(invited: Enrolment) -> None:
    """Title and search attribute follow, and the next look knows the new name."""
    await invited.doing("await_registration")
    world = invited.world
    world.person = world.described = replace(
        world.person, user_principal_name="ada.king@contoso.example", department="Sales"
    )
    await invited.registration_changed()
    await invited.shows(Title="ada.king@contoso.example", Department="Sales")
    await invited.doing("await_registration", times=3)
    assert world.polls[-1].person == world.person

    async def found() -> bool:
        attributes = (await invited.handle.describe()).typed_search_attributes
        return attributes.get(USER_PRINCIPAL_NAME) == "ada.king@contoso.example"

    await eventually(found)


async def test_a_disabled_account_is_noticed_between_mails(invited: Enrolment) -> None:
    """The daily look finds it disabled, long before the next mail's turn."""
    await invited.doing("await_registration")
    invited.world.disable()
    invited.world.described = invited.world.person
    await invited.registration_changed()
    await invited.complains(ProblemKind.ACCOUNT_DISABLED)
    await invited.doing("await_enabled")
