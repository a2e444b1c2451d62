"""Who has left, was never there, or is to be left alone."""

from dataclasses import replace

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError
from temporalio.exceptions import ApplicationError

from domain.enrolment.state import ProblemKind
from domain.failures import FailureType
from domain.mail.content import Withheld
from domain.status import EnrolmentEnd, InviteStatus
from tests.support.enrolments import Enrolment
from tests.support.eventually import eventually
from tests.support.world import DAY, HOUR, MINUTE, WEEK, World
from tests.workflows.conftest import Start


async def test_gone_from_the_directory(invited: Enrolment) -> None:
    """Who is gone ends the enrolment with a result; the list says so, and has no valid link."""
    invited.world.gone = True
    await invited.registration_changed()
    result = await invited.handle.result()
    assert result.outcome is EnrolmentEnd.GONE
    assert invited.says(ProblemKind.GONE)
    assert invited.world.row["TrackingToken"] is None
    assert invited.world.row["InviteStatus"] == "Sent"


async def test_never_in_the_directory(start: Start) -> None:
    """A user who is missing at three looks over a day fails the enrolment, with the reason."""
    enrolment = await start(World(missing=True))
    await enrolment.pass_time(13 * HOUR)
    assert (await enrolment.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await enrolment.pass_time(12 * HOUR)
    with pytest.raises(WorkflowFailureError) as failure:
        await enrolment.handle.result()
    assert isinstance(failure.value.cause, ApplicationError)
    assert failure.value.cause.type == FailureType.USER_NOT_FOUND
    assert enrolment.says(ProblemKind.UNKNOWN_USER)
    assert enrolment.world.row["TrackingToken"] is None
    assert enrolment.world.mails == []


async def test_new_account_may_take_a_while(start: Start) -> None:
    """A user who shows up at the second look is invited like everybody else."""
    enrolment = await start(World(missing=True))
    await enrolment.doing("look_up_and_adopt")
    enrolment.world.missing = False
    await enrolment.pass_time(12 * HOUR + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)


async def test_missing_list_is_not_a_missing_user(start: Start) -> None:
    """A list that can't be found fails nobody: it is shown and tried again."""
    world = World()
    world.fail("look_up_and_adopt", "The site has no such list.", type=FailureType.NOT_FOUND)
    enrolment = await start(world)
    await enrolment.complains("The site has no such list.")
    world.mend("look_up_and_adopt")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)


async def test_excluded_is_neither_mailed_nor_added(start: Start) -> None:
    """Excluded users get no mail and aren't added, also when they click; it is asked daily."""
    enrolment = await start(World(excluded=True))
    await enrolment.complains(ProblemKind.EXCLUDED)
    await enrolment.click()
    await enrolment.reached(lambda state: state.status is InviteStatus.CLICKED)
    await enrolment.pass_time(3 * DAY)
    assert enrolment.world.mails == []
    assert enrolment.world.group_adds == 0


async def test_excluded_no_more(start: Start) -> None:
    """Who is taken off the exclusions goes on within a day: the group, and a clean row."""
    enrolment = await start(World(excluded=True))
    await enrolment.complains(ProblemKind.EXCLUDED)
    await enrolment.click()
    await enrolment.doing("add_to_group")
    enrolment.world.excluded = False
    await enrolment.pass_time(DAY + MINUTE)
    await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    await enrolment.shows(ErrorDetails=None)


async def test_excluded_and_registered_ends(start: Start) -> None:
    """Who is excluded and has registered doesn't wait for the group for ever."""
    enrolment = await start(World(excluded=True, registered=True))
    result = await enrolment.handle.result()
    assert result.outcome is EnrolmentEnd.ACTIVE
    assert enrolment.world.group_adds == 0


async def test_somebody_without_address_costs_no_daily_mail(start: Start) -> None:
    """Their address is read beside the registration; once there is one, the mail leaves at once."""
    enrolment = await start(World(withheld=Withheld.NO_ADDRESS))
    await enrolment.complains(ProblemKind.NO_ADDRESS)
    await enrolment.pass_time(6 * DAY)
    assert len(enrolment.world.deliveries) == 1
    world = enrolment.world
    world.withheld = None
    world.person = world.described = replace(world.person, mail="new@contoso.example")
    await enrolment.registration_changed()
    await enrolment.in_status(InviteStatus.SENT)
    assert world.row.get("ErrorDetails") is None


async def test_somebody_who_is_missing_is_looked_at_daily(start: Start) -> None:
    """A mail to a person whom the directory doesn't show is tried again the next day, and sent."""
    enrolment = await start(World(withheld=Withheld.MISSING))
    await eventually(lambda: len(enrolment.world.deliveries) == 1)
    await enrolment.shows(InviteStatus="Pending")
    await enrolment.pass_time(DAY - HOUR)
    assert len(enrolment.world.deliveries) == 1
    enrolment.world.withheld = None
    await enrolment.pass_time(2 * HOUR)
    await enrolment.in_status(InviteStatus.SENT)
    assert enrolment.world.row.get("ErrorDetails") is None
    await enrolment.pass_time(WEEK)
    await enrolment.reminded(1)
