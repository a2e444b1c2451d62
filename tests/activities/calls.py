"""Every activity, each with everything in place for its success."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from activities.enrolment.account import AwaitEnabledInput
from activities.imports.part import PartInput
from activities.mail.inputs import DeliverMailInput, WithdrawMailInput
from activities.registration.poll import AwaitRegistrationInput
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.imports.rows import Row
from domain.sealed_text import seal
from domain.status import MailKind, Source
from domain.tracking_list.columns import Fields, item_fields
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts
from tests.activities.imports.importing import import_activities
from tests.activities.rows import row_input
from tests.activities.stage import TOKEN_KEY, Stage

Call = tuple[Callable[..., Awaitable[Any]], Any]
Arrange = Callable[[Stage, Stage], Awaitable[Call]]


def invitation(user: User | str, **more: Any) -> DeliverMailInput:
    """Return an invitation under a key of its own."""
    object_id = user.id if isinstance(user, User) else user
    item: Fields = {"ObjectId": object_id}
    values: dict[str, Any] = {
        "kind": MailKind.INVITATION,
        "object_id": object_id,
        "key": str(uuid4()),
        "sender": 0,
        "nudges_sent": 0,
        "person": row_input(item_id=None, changes={}, item=item, revision=0).record,
    }
    return DeliverMailInput(**values | more)


def withdrawal(mail: DeliverMailInput) -> WithdrawMailInput:
    """Return the withdrawal of a mail."""
    return WithdrawMailInput(
        kind=mail.kind, object_id=mail.object_id, key=mail.key, sender=mail.sender
    )


async def undelivered(stage: Stage, user: User) -> DeliverMailInput:
    """Return an invitation whose draft was made, and whose sending was refused."""
    mail = invitation(user)
    stage.fault("POST", "/send$", status=403)
    await Attempts(stage.mail_activities.deliver_mail).failure(mail)
    return mail


def part(*addresses: str, **more: Any) -> PartInput:
    """Return a part of an import; the first row is in line 2, as behind a header."""
    rows = tuple(Row(line=line, address=name) for line, name in enumerate(addresses, start=2))
    values: dict[str, Any] = {
        "batch_id": "batch-1",
        "rows": rows,
        "source": Source.CSV_UPLOAD,
        "correlation_id": "correlation-1",
    }
    return PartInput(**values | more)


async def _take_in(stage: Stage, on: Stage) -> Call:
    return on.intake_activities.look_up_and_adopt, stage.intake(stage.user())


async def _await_registration(stage: Stage, on: Stage) -> Call:
    watch = AwaitRegistrationInput(
        object_id=stage.user().id, item_id=None, clicked_at=None, policy=Policy()
    )
    return on.registration_activities.await_registration, watch


async def _add_to_group(stage: Stage, on: Stage) -> Call:
    return on.group_activities.add_to_group, stage.user().id


async def _write_row(stage: Stage, on: Stage) -> Call:
    user = stage.user()
    changes: Fields = {"InGroup": True}
    item = item_fields(stage.enrolment(user), EnrolmentState()) | changes
    row = stage.row(Title=user.user_principal_name, ObjectId=user.id)
    return on.list_activities.write_row, row_input(item_id=str(row.id), changes=changes, item=item)


async def _deliver_mail(stage: Stage, on: Stage) -> Call:
    return on.mail_activities.deliver_mail, invitation(stage.user())


async def _withdraw_mail(stage: Stage, on: Stage) -> Call:
    return on.mail_activities.withdraw_mail, withdrawal(await undelivered(stage, stage.user()))


async def _await_enabled(stage: Stage, on: Stage) -> Call:
    account = AwaitEnabledInput(object_id=stage.user().id, policy=Policy())
    return on.directory_activities.await_enabled, account


async def _find_object_id(stage: Stage, on: Stage) -> Call:
    return on.resend_activities.find_object_id, stage.user().user_principal_name


async def _find_object_ids(stage: Stage, on: Stage) -> Call:
    return on.resend_activities.find_object_ids, seal(stage.user().user_principal_name, [TOKEN_KEY])


async def _start_enrolments(stage: Stage, on: Stage) -> Call:
    return import_activities(on).start_enrolments, part(stage.user().user_principal_name)


# The activity, and the call that makes its change or, where it makes none, its look.
CALLS: dict[str, tuple[Arrange, str, str]] = {
    "look_up_and_adopt": (_take_in, "POST", "/items$"),
    "await_registration": (_await_registration, "GET", "/authentication/methods"),
    "add_to_group": (_add_to_group, "POST", "/members/"),
    "write_row": (_write_row, "PATCH", "/fields$"),
    "deliver_mail": (_deliver_mail, "POST", "/messages$"),
    "withdraw_mail": (_withdraw_mail, "DELETE", "/messages/"),
    "await_enabled": (_await_enabled, "GET", "/users/"),
    "find_object_id": (_find_object_id, "GET", "/users/"),
    "find_object_ids": (_find_object_ids, "GET", "/users/"),
    "start_enrolments": (_start_enrolments, "GET", "/users/"),
}


def attempts_of(activity: Callable[..., Awaitable[Any]]) -> Attempts[Any]:
    """Return the attempts of an activity on a queue of its own."""
    return Attempts(activity, task_queue=str(uuid4()))
