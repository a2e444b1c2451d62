"""What can be asked for one person, and what is said of it before and after."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.enrolment.messages import Update
from domain.portal.roles import Permission
from domain.standing import texts
from domain.status import EnrolmentEnd, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.audit import AuditAction
from domain.tables.enrolment import EnrolmentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that an admin asks of an enrolment.

    Attributes:
        update: what the enrolment is asked.
        permission: who may.
        audited_as: what the audit log calls it.
        name: what the button says.
        effect: what it will do, said before it is asked.
        done: what is said once a worker has done it.
        withdrawn_by: how to take it back while no worker has done it.
        fits: whether it makes sense for a person.
        mails: whether a mail leaves because of it.
    """

    update: Update
    permission: Permission
    audited_as: AuditAction
    name: str
    effect: str
    done: str
    withdrawn_by: str
    fits: Callable[[EnrolmentRecord], bool] = lambda _: True
    mails: bool = False


ACTIONS = {
    Update.RESEND: Action(
        update=Update.RESEND,
        permission=Permission.RESEND,
        audited_as=AuditAction.RESEND,
        name="Send a new link",
        effect="The person gets a mail with a new link at once; older links still work.",
        done="A new link is on its way.",
        withdrawn_by="Pause the person to withdraw it.",
        mails=True,
    ),
    Update.PAUSE: Action(
        update=Update.PAUSE,
        permission=Permission.PAUSE,
        audited_as=AuditAction.PAUSE,
        name="Pause",
        effect="The person gets no mail until somebody resumes. Links that were sent still work.",
        done="Paused: nothing is sent to this person until somebody resumes.",
        withdrawn_by="Resume the person to withdraw it.",
        fits=lambda row: row.paused_by is None,
    ),
    Update.RESUME: Action(
        update=Update.RESUME,
        permission=Permission.PAUSE,
        audited_as=AuditAction.RESUME,
        name="Resume",
        effect="Mails go on where they stopped; what is due by now is sent once.",
        done="Resumed.",
        withdrawn_by="Pause the person to withdraw it.",
        fits=lambda row: row.paused_by is not None,
        mails=True,
    ),
    Update.RETRY: Action(
        update=Update.RETRY,
        permission=Permission.RETRY,
        audited_as=AuditAction.RETRY,
        name="Try again now",
        effect=(
            "Mail address and manager are read from Entra ID anew, and what failed is tried again "
            "at once. No mail leaves before its time."
        ),
        done="It is being tried again; this page shows what comes of it.",
        withdrawn_by="Pause the person to withdraw it.",
        fits=lambda row: row.problem is not None or row.returned_since is not None,
        mails=True,
    ),
    Update.CANCEL: Action(
        update=Update.CANCEL,
        permission=Permission.CANCEL,
        audited_as=AuditAction.CANCEL,
        name="Cancel the enrolment",
        effect=(
            "The enrolment ends and the person's links stop working. It can't be taken back: only "
            "an import that includes cancelled people starts this person again."
        ),
        done="Cancelled.",
        withdrawn_by=(
            "It can't be withdrawn; an import that includes cancelled people starts this person "
            "again afterwards."
        ),
    ),
}

GROUP_NAME = "Add to the group"
GROUP_EFFECT = (
    "People who have registered are added to the enforcement group, which makes them use MFA. "
    "Nobody is added who is excluded, or whose enrolment was cancelled."
)


def may_be_added(row: EnrolmentRecord) -> bool:
    """Say whether an admin may add this person to the group."""
    is_member = row.in_group and row.attention is not AttentionKind.LEFT_GROUP
    goes_on = row.ended is None or row.ended is EnrolmentEnd.ACTIVE
    return row.registration is RegistrationState.REGISTERED and not is_member and goes_on


# Where the command line is told to look, the portal says where to look here.
TO_DO = texts.TO_DO | {
    AttentionKind.LIST_DIFFERS: (
        "Compare the item on the tracking list with what the person's page says was written."
    ),
    AttentionKind.STUCK: (
        "The next step has been due for more than a day, and nothing about the person holds it. "
        "Look at Health first: a missing worker or a blocked mailbox holds up many. If all is well "
        "there, the person's page says why it waits, and the Temporal UI whether an error has "
        'stopped the workflow; docs/operations.md has what to do then, under "A step is overdue".'
    ),
    AttentionKind.NO_ADDRESS: (
        "Enter a mail address in Entra ID. It is read daily; 'Try again now' reads it at once."
    ),
    AttentionKind.NO_MANAGER: (
        "Enter a manager in Entra ID, or tell the manager yourself. It is read once a week; "
        "'Try again now' reads it at once."
    ),
    AttentionKind.LEFT_GROUP: (
        "The row says that the person is in the group; Microsoft says they are not. Find out who "
        "removed them, and add them again if that was not on purpose."
    ),
    AttentionKind.NOT_IN_GROUP: (
        "Add the person to the group, or look at ADD_REGISTERED_USERS: without it, registered "
        "people who never clicked are not added."
    ),
    AttentionKind.LOST_METHODS: (
        "The row says Registered; Microsoft says there is no method. Import the person again, and "
        "choose to start people again who were active and have no method any more."
    ),
}
