"""How facts change an enrolment's state. Each function applies one fact, and only once."""

from datetime import datetime, timedelta

from domain.enrolment.mail.resends import invitation_left, mail_arrives
from domain.enrolment.messages import AdminRequest
from domain.enrolment.policy import Policy
from domain.enrolment.problems import all_solved, problem_arose, solved
from domain.enrolment.state import SEEN_EVENTS_KEPT, EnrolmentState, ProblemKind
from domain.enrolment.story import tell
from domain.instants import later
from domain.mail.content import Withheld
from domain.status import Concern, EnrolmentEnd, InviteStatus, MailKind, RegistrationState
from domain.tables.story import StoryKind


def first_seen(state: EnrolmentState, event_id: str) -> bool:
    """Say whether this event is new, and remember it; the latest hundred are kept."""
    if event_id in state.seen_events:
        return False
    state.seen_events = [*state.seen_events, event_id][-SEEN_EVENTS_KEPT:]
    return True


def link_clicked(
    state: EnrolmentState, at: datetime, policy: Policy, *, told_at: datetime | None = None
) -> None:
    """Apply a click: the first date stays, a waiting invitation is withdrawn, the group is next.

    Repeated clicks change nothing. The first click starts the clock of the follow-ups anew, and
    restarts the grace of an escalation once. A click may be told late: a mail that has left
    since then still has its seven days, and for the clock the click is no older than a day when it
    is told (``told_at``; None: at once), since the clock that dated it may be wrong.
    """
    at = _after_invitation(state, at)
    clock_at = max(at, later(told_at or at, -policy.day))
    if state.status is InviteStatus.ACTIVE and state.clicked_at is None:
        # It came while the end was being written.
        state.clicked_at = state.last_click_at = at
        tell(state, StoryKind.CLICKED, at)
    if state.status not in {InviteStatus.PENDING, InviteStatus.SENT}:
        return
    mail_arrives(state, at, clock_at=clock_at)
    state.status = InviteStatus.CLICKED
    tell(state, StoryKind.CLICKED, at)
    state.resend_wanted = False
    state.last_click_at = at
    if state.clicked_at is not None:
        return
    state.clicked_at = at
    state.nudge_clock_at = max(clock_at, state.nudge_clock_at or clock_at)
    state.nudge_put_off_until = None
    clock = state.escalation_clock_at
    if clock is None or state.escalated or state.escalation_grace_restarted:
        return
    if clock <= at < later(clock, policy.escalation_grace):
        state.escalation_clock_at = at
        state.escalation_grace_restarted = True


def email_opened(state: EnrolmentState, at: datetime) -> None:
    """Apply the fetching of a pixel: the first time only, and it is no status."""
    if state.opened_at is None:
        state.opened_at = _after_invitation(state, at)
        tell(state, StoryKind.OPENED, state.opened_at)


def _after_invitation(state: EnrolmentState, at: datetime) -> datetime:
    """Return when a link was used: not before the only invitation that it can be from."""
    sent_at = state.invite_sent_at
    return at if sent_at is None or state.resent_at is not None else max(at, sent_at)


def manager_erased(state: EnrolmentState) -> None:
    """Forget who was told: they have been erased. That the escalation left stays known."""
    state.manager_upn = None


# Reads of the directory may lag behind our own add for so long.
GROUP_BELIEVED = timedelta(minutes=15)

MAIL_STORY = {
    MailKind.INVITATION: StoryKind.INVITED,
    MailKind.REMINDER: StoryKind.REMINDED,
    MailKind.FOLLOW_UP: StoryKind.FOLLOWED_UP,
    MailKind.ESCALATION: StoryKind.ESCALATED,
}


def mail_sent(
    state: EnrolmentState, kind: MailKind, at: datetime, policy: Policy, *, key: str = ""
) -> None:
    """Apply that a mail has left: its date, its count, and the clock of the next.

    ``key`` is the mail's, by which the story leads to how it looked.
    """
    tell(state, MAIL_STORY[kind], at, mail=key)
    state.mail_not_before = state.not_excluded_at = None
    # One of these is the problem at most, and its number is left free where none is: whoever sends
    # the mail tells of it, too, and may not know of what was met or solved meanwhile.
    number = state.story_number + 1
    included(state, at)
    solved(state, Concern.MAIL, at)
    if kind is MailKind.ESCALATION:
        solved(state, Concern.MANAGER, at)
    state.story_number = number
    match kind:
        case MailKind.INVITATION:
            invitation_left(state, at, policy)
        case MailKind.REMINDER:
            if not state.resend_wanted:
                # A new link that was asked for while the reminder left has cleared both.
                state.last_reminder_at = at
                state.reminder_count += 1
            state.reminders_sent += 1
            _nudged(state, at, policy)
        case MailKind.FOLLOW_UP:
            state.follow_ups_sent += 1
            _nudged(state, at, policy)
        case MailKind.ESCALATION:
            state.escalated = True
            state.escalated_at = at


def mail_unconfirmed(
    state: EnrolmentState, kind: MailKind, at: datetime, policy: Policy, *, key: str = ""
) -> None:
    """Apply that a mail may have left: it counts as sent, and is never sent again by itself.

    An admin sees it, and can send a new link.
    """
    mail_sent(state, kind, at, policy, key=key)
    problem_arose(state, ProblemKind.MAIL_UNCONFIRMED, at)


def _nudged(state: EnrolmentState, at: datetime, policy: Policy) -> None:
    state.nudge_clock_at = at
    state.nudge_put_off_until = None
    if state.escalation_clock_at is None and state.nudges_sent >= policy.escalate_after:
        state.escalation_clock_at = at


def mail_withheld(state: EnrolmentState, reason: Withheld, at: datetime, policy: Policy) -> None:
    """Apply that a mail's turn came and it wasn't sent: why, and when to look again."""
    match reason:
        case Withheld.REGISTERED:
            registration_seen(state, at)
        case Withheld.DISABLED:
            disabled(state, at)
        case Withheld.NO_MANAGER:
            problem_arose(state, ProblemKind.NO_MANAGER, at)
            state.escalation_not_before = later(at, policy.escalation_retry)
        case Withheld.EXCLUDED:
            excluded(state, at)
            state.mail_not_before = later(at, policy.day)
        case Withheld.NO_ADDRESS:
            problem_arose(state, ProblemKind.NO_ADDRESS, at)
            # The look at the registration reads the address daily, and adds nothing to history.
            state.mail_not_before = later(at, policy.address_retry)
        case Withheld.MISSING:
            state.mail_not_before = later(at, policy.day)
        case Withheld.WINDOW_CLOSED:
            state.mail_not_before = later(at, policy.window_recheck)


def kept_out_of_group(state: EnrolmentState, at: datetime, policy: Policy) -> None:
    """Apply that the user wasn't added since they are excluded; it is looked at again in a day."""
    excluded(state, at)
    state.group_not_before = later(at, policy.day)


def added_to_group(state: EnrolmentState, at: datetime, *, by_us: bool) -> None:
    """Apply that Graph has confirmed the membership; the first date stays.

    ``by_us``: our own request made the user a member; they weren't one before.
    """
    state.added_by_us = state.added_by_us or by_us
    solved(state, Concern.GROUP, at)
    included(state, at)
    state.in_group = True
    state.group_confirmed_at = at
    state.group_not_before = None
    tell(state, StoryKind.ADDED_TO_GROUP, at)
    if state.added_to_group_at is None:
        state.added_to_group_at = at
    if state.status is InviteStatus.CLICKED:
        state.status = InviteStatus.ADDED_TO_GROUP


def registration_seen(state: EnrolmentState, at: datetime) -> None:
    """Apply the first detection of a registration; its date is never overwritten.

    Somebody may have left the group since they joined: after a while Graph is asked again.
    """
    confirmed_at = state.group_confirmed_at
    if not state.registered and confirmed_at and later(confirmed_at, GROUP_BELIEVED) <= at:
        state.group_confirmed_at = None
    state.registration = RegistrationState.REGISTERED
    state.last_checked_at = at
    state.resend_wanted = False
    state.disabled_since = None
    tell(state, StoryKind.REGISTERED, at)
    if state.registered_at is None:
        state.registered_at = at


def activated(state: EnrolmentState, at: datetime) -> None:
    """Apply the end of the journey; whatever was wrong on the way is over."""
    state.status = InviteStatus.ACTIVE
    all_solved(state, at)


def disabled(state: EnrolmentState, at: datetime) -> None:
    """Apply that the account is disabled: the clocks stop."""
    if state.disabled_since is None:
        state.disabled_since = at
        problem_arose(state, ProblemKind.ACCOUNT_DISABLED, at)


def disabled_too_long(state: EnrolmentState, at: datetime) -> None:
    """Apply that the account has been disabled for so long that the enrolment ends."""
    state.disabled_too_long = True
    problem_arose(state, ProblemKind.DISABLED_TOO_LONG, at)


def enabled(state: EnrolmentState, at: datetime) -> None:
    """Apply that the account is in use again: the clocks go on where they stopped."""
    if state.disabled_since is None:
        return
    absence = at - state.disabled_since
    state.disabled_since = None
    solved(state, Concern.ACCOUNT, at)
    if state.nudge_clock_at is not None:
        state.nudge_clock_at = later(state.nudge_clock_at, absence)
    if state.nudge_put_off_until is not None:
        state.nudge_put_off_until = later(state.nudge_put_off_until, absence)
    if state.escalation_clock_at is not None:
        state.escalation_clock_at = later(state.escalation_clock_at, absence)


def excluded(state: EnrolmentState, at: datetime) -> None:
    """Apply that the user is excluded: never mailed, never added to the group."""
    state.excluded, state.not_excluded_at = True, None
    problem_arose(state, ProblemKind.EXCLUDED, at)


def included(state: EnrolmentState, at: datetime) -> None:
    """Apply that the user is not excluded (any more)."""
    state.excluded = False
    solved(state, Concern.EXCLUSION, at)


def gone(state: EnrolmentState, at: datetime) -> None:
    """Apply that the directory doesn't know the user any more."""
    state.gone = True
    problem_arose(state, ProblemKind.GONE, at)


def unknown_user(state: EnrolmentState, at: datetime) -> None:
    """Apply that the directory never knew the user whom the import names."""
    state.gone = True
    problem_arose(state, ProblemKind.UNKNOWN_USER, at)


def paused(state: EnrolmentState, request: AdminRequest, at: datetime) -> None:
    """Apply that an admin wants nothing to be sent for now."""
    state.paused = request
    tell(state, StoryKind.PAUSED, at, actor=request.actor, reason=request.reason)


def resumed(state: EnrolmentState, request: AdminRequest, at: datetime) -> None:
    """Apply that an admin lets mail go on."""
    state.paused = None
    tell(state, StoryKind.RESUMED, at, actor=request.actor, reason=request.reason)


def ended(state: EnrolmentState, end: EnrolmentEnd, at: datetime) -> None:
    """Apply the end of the enrolment, the last event of its story."""
    if state.ended is not None:
        return
    state.ended, state.ended_at = end, at
    request = state.cancelled
    tell(
        state,
        StoryKind.ENDED,
        at,
        actor=request.actor if request else None,
        how=end.value,
        **({"reason": request.reason} if request else {}),
    )


def cancelled(state: EnrolmentState, request: AdminRequest, at: datetime) -> None:
    """Apply that an admin ends the enrolment."""
    state.cancelled = request
    values = {"actor": request.actor, "reason": request.reason}
    problem_arose(state, ProblemKind.CANCELLED, at, **values)
