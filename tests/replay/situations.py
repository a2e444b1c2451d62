"""The situations whose histories are recorded: each drives one enrolment to where it shall be."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import time

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState, ProblemKind
from domain.mail.send_window import SendWindow
from domain.status import InviteStatus
from tests.support.enrolments import ADMIN, SLOW_POLL, Enrolment
from tests.support.world import DAY, HOUR, MINUTE, WEEK, World
from workflows.enrolment.workflow import EnrolmentWorkflow

OFFICE = SendWindow(
    opens=time(9),
    closes=time(17),
    days=("Mon", "Tue", "Wed", "Thu", "Fri"),
    time_zone="Europe/Zurich",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the world is like at the start, and what happens then.

    ``many_runs`` asks for a server that suggests to continue as new after a few events.
    """

    happens: Callable[[Enrolment], Awaitable[None]]
    world: Callable[[], World] = field(default=World)
    policy: Policy = SLOW_POLL
    many_runs: bool = False


async def straight_to_active(enrolment: Enrolment) -> None:
    """Invited, opened, clicked, in the group, registered."""
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.open()
    await enrolment.click()
    await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    await enrolment.register()
    await enrolment.handle.result()


async def reminded_and_escalated(enrolment: Enrolment) -> None:
    """Two reminders, a manager who is found a week late, and still no click."""
    enrolment.world.manager_upn = None
    await enrolment.in_status(InviteStatus.SENT)
    for count in (1, 2):
        await enrolment.pass_time(WEEK + MINUTE)
        await enrolment.reminded(count)
    await enrolment.pass_time(DAY + MINUTE)
    await enrolment.complains(ProblemKind.NO_MANAGER)
    enrolment.world.manager_upn = "boss@contoso.example"
    await enrolment.pass_time(WEEK + MINUTE)
    await enrolment.shows(EscalatedToManager=True)


async def clicked_and_followed_up(enrolment: Enrolment) -> None:
    """A click, a group that is busy at first, then forbidden, then open; a follow-up."""
    await enrolment.in_status(InviteStatus.SENT)
    enrolment.world.trouble("add_to_group", retry_in=HOUR)
    await enrolment.click()
    await enrolment.doing("add_to_group")
    await enrolment.pass_time(MINUTE)
    await enrolment.shows(InviteStatus="Clicked")
    enrolment.world.fail("add_to_group", "No right to change the group.")
    await enrolment.pass_time(HOUR)
    await enrolment.complains("No right to change the group.")
    enrolment.world.mend("add_to_group")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    await enrolment.pass_time(WEEK)
    await enrolment.followed_up(1)


async def sent_again(enrolment: Enrolment) -> None:
    """A new link by the form and one by an admin, and the reminder that was put off."""
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.pass_time(6 * DAY)
    await enrolment.ask_for_link()
    await enrolment.reached(lambda state: state.form_resends and not state.resend_wanted)
    await enrolment.pass_time(MINUTE)
    await enrolment.handle.execute_update(EnrolmentWorkflow.resend, ADMIN)
    await enrolment.reached(lambda state: state.mails_begun == 3 and not state.resend_wanted)
    await enrolment.pass_time(3 * DAY + MINUTE)
    await enrolment.reminded(1)


async def paused_and_resumed(enrolment: Enrolment) -> None:
    """Paused while the invitation waits and over a reminder, resumed, gone."""
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    await enrolment.pass_time(WEEK + DAY)
    await enrolment.handle.execute_update(EnrolmentWorkflow.resume, ADMIN)
    await enrolment.reminded(1)
    enrolment.world.gone = True
    await enrolment.registration_changed()
    await enrolment.handle.result()


async def tried_again(enrolment: Enrolment) -> None:
    """Intake and mail fail, and an admin lets both be tried again."""
    world, retry = enrolment.world, EnrolmentWorkflow.retry
    await enrolment.complains("No right to read the directory.")
    world.mend("look_up_and_adopt")
    await enrolment.handle.execute_update(retry, replace(ADMIN, request_id="directory"))
    await enrolment.complains("No right to use the mailbox.")
    world.mend("deliver_mail")
    await enrolment.handle.execute_update(retry, replace(ADMIN, request_id="mailbox"))
    await enrolment.in_status(InviteStatus.SENT)


async def cancelled_with_a_draft(enrolment: Enrolment) -> None:
    """Cancelled between draft and sending: the draft is discarded."""
    await enrolment.doing("draft_made")
    await enrolment.handle.execute_update(EnrolmentWorkflow.cancel, ADMIN)
    await enrolment.over()


async def cancelled_by_button(enrolment: Enrolment) -> None:
    """Cancelled in the Temporal UI while the mail is being sent: that is recorded."""
    await enrolment.doing("sending")
    await enrolment.handle.cancel()
    enrolment.world.release()
    await enrolment.over()


async def registered_at_intake(enrolment: Enrolment) -> None:
    """Registered already, after an intake that was forbidden at first."""
    await enrolment.complains("No right to read the directory.")
    enrolment.world.mend("look_up_and_adopt")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.handle.result()


async def disabled_and_back(enrolment: Enrolment) -> None:
    """Disabled at intake, enabled days later, invited; methods that couldn't be read meanwhile."""
    await enrolment.complains(ProblemKind.ACCOUNT_DISABLED)
    enrolment.world.fail("await_registration", "No right to read the methods.")
    await enrolment.registration_changed()
    await enrolment.complains("No right to read the methods.")
    enrolment.world.mend("await_registration")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.doing("await_registration", times=3)
    enrolment.world.enable()
    await enrolment.pass_time(DAY + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)


async def in_many_runs(enrolment: Enrolment) -> None:
    """Follow-ups, the escalation and a pause, over several runs."""
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.click()
    await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    for count in (1, 2):
        await enrolment.pass_time(WEEK + MINUTE)
        await enrolment.followed_up(count)
    await enrolment.pass_time(DAY + MINUTE)
    await enrolment.shows(EscalatedToManager=True)
    # Wherever the last run began, it has something to tell.
    await enrolment.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)


async def in_a_send_window(enrolment: Enrolment) -> None:
    """Invited, reminded and escalated in office hours of a zone, and a new link at any time."""
    await _days_until(enrolment, lambda state: state.status is InviteStatus.SENT)
    await _days_until(enrolment, lambda state: state.reminder_count == 1)
    await _days_until(enrolment, lambda state: state.escalated)
    await enrolment.handle.execute_update(EnrolmentWorkflow.resend, ADMIN)
    await enrolment.reached(lambda state: not state.resend_wanted)


async def _days_until(enrolment: Enrolment, check: Callable[[EnrolmentState], bool]) -> None:
    """Let days pass until it is so."""
    for _ in range(30):
        if check(await enrolment.state()):
            return
        await enrolment.pass_time(DAY)
    await enrolment.reached(check)


def _held(name: str) -> Callable[[], World]:
    def world() -> World:
        world = World()
        world.hold(name)
        return world

    return world


def _disabled() -> World:
    world = World()
    world.disable()
    return world


def _registered_but_forbidden() -> World:
    world = World(registered=True)
    world.fail("look_up_and_adopt", "No right to read the directory.")
    return world


def _forbidden() -> World:
    world = World()
    world.fail("look_up_and_adopt", "No right to read the directory.")
    world.fail("deliver_mail", "No right to use the mailbox.")
    return world


def _mails_write_rows() -> World:
    return World(mails_write_rows=True)


SITUATIONS = {
    "straight-to-active": Situation(happens=straight_to_active),
    "reminded-and-escalated": Situation(happens=reminded_and_escalated),
    "with-rows-behind-mails": Situation(happens=reminded_and_escalated, world=_mails_write_rows),
    "clicked-and-followed-up": Situation(happens=clicked_and_followed_up),
    "sent-again": Situation(happens=sent_again),
    "paused-and-resumed": Situation(happens=paused_and_resumed),
    "tried-again": Situation(happens=tried_again, world=_forbidden),
    "cancelled-with-a-draft": Situation(happens=cancelled_with_a_draft, world=_held("draft_made")),
    "cancelled-by-button": Situation(happens=cancelled_by_button, world=_held("sending")),
    "registered-at-intake": Situation(
        happens=registered_at_intake, world=_registered_but_forbidden
    ),
    "disabled-and-back": Situation(happens=disabled_and_back, world=_disabled),
    "in-a-send-window": Situation(
        happens=in_a_send_window, policy=replace(SLOW_POLL, window=OFFICE)
    ),
    "in-many-runs": Situation(happens=in_many_runs, many_runs=True),
}
