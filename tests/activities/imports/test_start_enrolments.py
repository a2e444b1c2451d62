"""Starting a part of an import: who is started, who isn't and why, and resuming in the middle."""

from dataclasses import replace
from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from activities.imports.enrolment_starter import STARTED_BY
from activities.imports.part import IN_FLIGHT
from activities.imports.resolve_rows import READ_EVERYBODY_FROM
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentInput
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.imports.pace import Pace
from domain.imports.reasons import RowReason
from domain.imports.report import Count
from domain.imports.rows import ReportedRow, Row, repeated_row
from domain.imports.texts import ROW_TEXTS, row_text
from domain.mail.send_window import SendWindow
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.calls import part
from tests.activities.imports.importing import import_activities, starting
from tests.activities.stage import Stage

NOWHERE = "99999999-9999-4999-8999-999999999999"
UNKNOWN, GUEST, EXCLUDED = RowReason.UNKNOWN, RowReason.GUEST, RowReason.EXCLUDED


def enrolment(stage: Stage, user: User) -> WorkflowHandle[Any, Any]:
    """Return somebody's enrolment."""
    return stage.client.get_workflow_handle(enrolment_workflow_id(user.id))


async def begun_elsewhere(stage: Stage, user: User) -> WorkflowHandle[Any, Any]:
    """Start somebody's enrolment as another batch would."""
    return await stage.client.start_workflow(
        ENROLMENT_WORKFLOW,
        stage.enrolment(user),
        id=enrolment_workflow_id(user.id),
        task_queue=str(uuid4()),
    )


async def test_people_are_mailed_by_the_imports_own_options(stage: Stage) -> None:
    """Window and mailbox are part of what the enrolment is started with."""
    user = stage.user()
    window = SendWindow(opens=time(8), closes=time(18), days=("Mon",))
    mine = part(
        user.user_principal_name,
        policy=Policy(window=window),
        pace=Pace(senders=1, mailboxes=(3,), window=window),
    )
    await Attempts(import_activities(stage).start_enrolments).next(mine)
    history = await enrolment(stage, user).fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    converter = stage.client.data_converter
    (told,) = (await converter.decode(started.input.payloads, [EnrolmentInput]))[:1]
    assert (told.sender, told.policy.window) == (3, window)


async def test_a_person_is_started(stage: Stage) -> None:
    """The enrolment is there, to be searched and read in the UI, on the part's own queue."""
    stage.assume(nulls="off")
    user = stage.user(display_name="Ada *Lovelace*", department="Research")
    queue = str(uuid4())
    attempts = Attempts(
        import_activities(stage).start_enrolments, task_queue=queue, workflow_run_id="run-7"
    )

    report = await attempts.next(part(user.user_principal_name))

    assert (report.started, report.rows_done, report.rejected) == (1, 1, [])
    described = await enrolment(stage, user).describe()
    assert described.task_queue == queue
    assert (await described.memo())[STARTED_BY] == "run-7"
    summary = await described.static_summary() or ""
    assert "Ada \\*Lovelace\\*" in summary
    assert user.user_principal_name in summary.replace("\\", "")
    found = {key.name: value for key, value in described.typed_search_attributes}
    assert found == {
        "UserPrincipalName": user.user_principal_name,
        "InviteStatus": "Pending",
        "MFARegistrationState": "Not Registered",
        "SourceBatchId": "batch-1",
        "Department": "Research",
    }


@pytest.mark.parametrize("others", [0, READ_EVERYBODY_FROM])
async def test_a_further_address_counts_where_nobody_has_the_first(
    stage: Stage, others: int
) -> None:
    """A UPN of another forest is nobody's; the mail address in the same row is somebody's."""
    ada, bob = stage.user(), stage.user()
    again = [Row(line=10 + n, address=bob.user_principal_name) for n in range(others)]
    rows = (
        Row(line=2, address=f"{uuid4()}@corp.local", others=(str(ada.mail),)),
        Row(line=3, address=bob.user_principal_name, others=(str(ada.mail),)),
        *again,
    )

    report = await starting(stage).next(replace(part(), rows=rows, dry_run=True))

    assert (report.counts()[Count.RESOLVED], len(report.repeated)) == (2, others)


async def test_a_misspelt_name_is_told_with_the_right_one(stage: Stage) -> None:
    """Whom the row may mean is said, and never assumed."""
    right = stage.user("bridget")
    wrong = right.user_principal_name.replace("bridget", "brigdet")

    report = await starting(stage).next(part(wrong))

    (row,) = report.rejected
    assert (row.reason, row.candidates[0]) == (UNKNOWN, right.user_principal_name)
    assert right.user_principal_name in row_text(row)
    assert report.started == 0


async def test_people_are_found_by_mail_and_alias(stage: Stage) -> None:
    """A row may name somebody by an address in place of the UPN."""
    mail, alias = f"m{uuid4().hex}@contoso.example", f"a{uuid4().hex}@contoso.example"
    first = stage.user(mail=mail)
    second = stage.user(proxy_addresses=[f"smtp:{alias}"])

    report = await starting(stage).next(part(mail, alias))

    assert report.started == 2
    for user in (first, second):
        assert await status(stage, user) is WorkflowExecutionStatus.RUNNING


async def test_somebody_named_in_two_ways_counts_once(stage: Stage) -> None:
    """UPN and mail of the same person: the second is a repeated row, wherever it stands."""
    mail = f"m{uuid4().hex}@contoso.example"
    user = stage.user(mail=mail)
    others = [stage.user().user_principal_name for _ in range(IN_FLIGHT)]

    report = await starting(stage).next(
        part(user.user_principal_name, mail, *others, mail.upper(), mail.title())
    )

    assert report.started == IN_FLIGHT + 1
    assert report.rejected == []
    assert report.repeated == [
        repeated_row(line, first_line=2) for line in (3, IN_FLIGHT + 4, IN_FLIGHT + 5)
    ]
    assert report.rows_done == IN_FLIGHT + 4


async def test_somebody_who_is_enrolled_is_left_alone(stage: Stage) -> None:
    """An enrolment of another batch goes on as it is, and is counted."""
    user = stage.user()
    handle = await begun_elsewhere(stage, user)
    before = (await handle.describe()).run_id

    report = await starting(stage).next(part(user.user_principal_name))

    assert (report.started, report.already_enrolled) == (0, 1)
    assert (await handle.describe()).run_id == before


async def test_a_failed_enrolment_is_started_again(stage: Stage) -> None:
    """Terminated, failed, timed out: a new run."""
    user = stage.user()
    handle = await begun_elsewhere(stage, user)
    await handle.terminate("a test")

    report = await starting(stage).next(part(user.user_principal_name))

    assert report.started == 1
    assert await status(stage, user) is WorkflowExecutionStatus.RUNNING


async def test_an_unknown_row_gets_an_item(stage: Stage) -> None:
    """It is on the list as Pending with what to do, and in the report with its line."""
    user = stage.user()

    report = await starting(stage).next(
        part(user.user_principal_name, "nobody@contoso.example", batch_id="batch-9")
    )

    assert report.rejected == [ReportedRow(line=3, reason=UNKNOWN)]
    item = stage.item()
    assert item["Title"] == "nobody@contoso.example"
    assert (item["InviteStatus"], item["ErrorDetails"]) == ("Pending", ROW_TEXTS[UNKNOWN])
    assert (item["Source"], item["SourceBatchId"]) == ("CSV Upload", "batch-9")


async def test_an_unknown_row_is_noted_once(stage: Stage) -> None:
    """The next import of the same row finds the item, and says again what is wrong."""
    row = stage.row(Title="nobody@contoso.example", Notes="typo?")

    report = await starting(stage).next(part("Nobody@contoso.example"))

    assert [one.line for one in report.rejected] == [2]
    assert stage.item()["id"] == str(row.id)
    assert (stage.item()["ErrorDetails"], stage.item()["Notes"]) == (ROW_TEXTS[UNKNOWN], "typo?")


async def test_an_unknown_row_spoils_nobodys_item(stage: Stage) -> None:
    """A row with an ObjectId mirrors an enrolment: the import leaves it alone."""
    stage.row(Title="old-name@contoso.example", ObjectId=NOWHERE, InviteStatus="Active")

    report = await starting(stage).next(part("old-name@contoso.example"))

    assert len(report.rejected) == 1
    assert "ErrorDetails" not in stage.item()


async def test_an_unknown_row_is_rejected_though_the_list_refuses_it(stage: Stage) -> None:
    """A list that lacks a column stops neither the report nor the other rows."""
    user = stage.user()
    stage.fault("POST", "/items$", status=400, code="invalidRequest")

    report = await starting(stage).next(part("nobody@contoso.example", user.user_principal_name))

    assert [(one.line, one.reason) for one in report.rejected] == [(2, UNKNOWN)]
    assert report.started == 1


async def test_an_unknown_row_whose_item_was_made_unseen_is_noted_once(stage: Stage) -> None:
    """The answer to the item's creation is lost: the next attempt finds it."""
    stage.fault("POST", "/items$", status=504, after_write=True)
    attempts = starting(stage)
    rows = part("nobody@contoso.example")

    assert_passing(await attempts.failure(rows), "ServiceUnavailable")
    report = await attempts.next(rows)

    assert len(report.rejected) == 1
    assert len(stage.items()) == 1


async def test_guests_and_excluded_people_are_rejected(stage: Stage) -> None:
    """Each with the reason; neither is on the list."""
    stage.assume(nulls="off")
    guest = stage.user("guest", user_type="Guest")
    member, named = stage.user(), stage.user()
    stage.tenant.add_member(stage.excluded_group.id, member.id)
    on = stage.but(excluded_users=frozenset({named.user_principal_name}))
    names = [user.user_principal_name for user in (guest, member, named)]

    report = await starting(on).next(part(*names))

    assert [(one.line, one.reason) for one in report.rejected] == [
        (2, GUEST),
        (3, EXCLUDED),
        (4, EXCLUDED),
    ]
    assert stage.items() == []
    for user in (guest, member, named):
        with pytest.raises(RPCError):
            await enrolment(stage, user).describe()


async def test_guests_may_be_included(stage: Stage) -> None:
    """``GUESTS=include`` starts them like everybody."""
    guest = stage.user("guest", user_type="Guest")

    report = await starting(stage.but(guests=True)).next(part(guest.user_principal_name))

    assert report.started == 1


async def test_a_row_that_the_directory_refuses_stops_nobody_else(stage: Stage) -> None:
    """A 400 for one row is that row's: it is rejected, the others are started."""
    odd, user = stage.user("odd"), stage.user()
    stage.fault("GET", "/users/odd-", status=400)

    report = await starting(stage).next(part(odd.user_principal_name, user.user_principal_name))

    assert [one.line for one in report.rejected] == [2]
    assert report.rejected[0].reason is RowReason.REFUSED_BY_DIRECTORY
    assert "@" not in row_text(report.rejected[0])
    assert report.started == 1


async def test_a_part_waits_for_a_missing_list(stage: Stage) -> None:
    """Nobody could be shown on it: for people to fix, and the message says where."""
    error = await starting(stage.but(list_id=NOWHERE)).failure(part("nobody@contoso.example"))

    assert (error.type, error.non_retryable) == ("NotFound", False)
    assert "LIST_ID" in str(error)


async def status(stage: Stage, user: User) -> WorkflowExecutionStatus | None:
    """Return how somebody's enrolment stands."""
    return (await enrolment(stage, user).describe()).status
