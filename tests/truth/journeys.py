"""Journeys of several people through the real product: what they make the product say to Graph."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from temporalio.client import Client

from domain.enrolment.messages import ResendAddress
from domain.enrolment.state import ProblemKind
from domain.identifiers import MailKey
from domain.mail.content import OutgoingMail
from domain.sealed_text import seal
from domain.status import MailKind
from domain.tracking_list.columns import COLUMNS
from graph.directory import Directory
from graph.groups import EnforcementGroup
from graph.mailbox import Mailbox
from graph.registration_report import RegistrationReport
from graph.tracking_list import Item
from simulated_tenant.directory.methods import METHOD_TYPES
from simulated_tenant.faults import Fault
from tests.contract.scene import NOBODY
from tests.contract.simulated import SENDER, USER
from tests.support.eventually import eventually
from tests.support.in_process import KEY
from tests.support.texts import says
from tests.truth.exchanges import Exchange, Recorder
from tests.truth.rollout import Rollout, part_of, running_rollout
from workflows.imports.batch import BatchWorkflow
from workflows.resend_request import ResendRequestWorkflow
from workflows.scheduled.bounces import BounceWatchWorkflow


async def recorded_journeys(client: Client) -> list[Exchange]:
    """Let everybody go their way, and return every exchange with Graph."""
    recorder = Recorder()
    async with running_rollout(client, recorder) as rollout:
        await _see_the_whole(rollout)
        async with asyncio.TaskGroup() as at_once:
            at_once.create_task(_from_the_invitation_to_active(rollout))
            at_once.create_task(_reminded_until_the_manager_is_told(rollout))
            at_once.create_task(_with_obstacles(rollout))
        await _come_back(rollout)
        await _withdrawn(rollout)
    return recorder.exchanges


async def _see_the_whole(rollout: Rollout) -> None:
    """What is read at once: group and list at the start, and all people, rows and registrations."""
    await EnforcementGroup(rollout.graph, rollout.made.group_id).check()
    await rollout.tracking_list.check()
    assert {column.name for column in COLUMNS} <= (await rollout.tracking_list.columns()).keys()
    assert [item async for item in rollout.tracking_list.all(["Title", "ObjectId"])] == []
    assert [one async for one in Directory(rollout.graph).everyone(with_managers=True)]
    assert (await RegistrationReport(rollout.graph).page()).registered
    part = replace(part_of(USER), dry_run=True)
    assert (await rollout.carry_out(BatchWorkflow.run, part)).dry_run.registered == 1


async def _from_the_invitation_to_active(rollout: Rollout) -> None:
    """Imported, invited, clicked, added to the group, registered; one by each method."""
    tenant = rollout.tenant
    ada = tenant.add_user("ada.active@contoso.example", department="Research")
    all_methods = tenant.add_user("all.methods@contoso.example")
    for method in METHOD_TYPES:
        tenant.register_method(all_methods.id, method)
    await rollout.import_people(
        ada.user_principal_name, all_methods.user_principal_name, "nobody@contoso.example"
    )
    await rollout.row(ada, InviteStatus="Sent")
    await rollout.click(ada)
    await rollout.row(ada, InviteStatus="AddedToGroup", InGroup=True)
    tenant.register_method(ada.id, "phone")
    await rollout.row(ada, InviteStatus="Active", MFARegistrationState="Registered")
    await rollout.row(all_methods, InviteStatus="Active")


async def _reminded_until_the_manager_is_told(rollout: Rollout) -> None:
    """Two reminders, then the manager: one who is there, and one who isn't."""
    tenant = rollout.tenant
    boss = tenant.add_user("boss.told@contoso.example")
    bob = tenant.add_user("bob.reminded@contoso.example", manager_id=boss.id)
    orphan = tenant.add_user("olga.orphan@contoso.example", mail="olga@contoso.example")
    await rollout.import_people(bob.user_principal_name, "olga@contoso.example")
    await rollout.row(bob, EscalatedToManager=True, ManagerUPN=boss.user_principal_name)

    def explained() -> bool:
        rows = [row for row in tenant.list_items() if row.get("ObjectId") == orphan.id]
        return says(rows[0].get("ErrorDetails"), ProblemKind.NO_MANAGER)

    await eventually(explained)
    resend = ResendAddress(
        event_id=str(uuid4()),
        sealed_address=seal(bob.user_principal_name, [KEY]),
        at=datetime.now(UTC),
    )
    await rollout.carry_out(ResendRequestWorkflow.run, resend)

    def invited_again() -> bool:
        mails = tenant.mailbox(bob.user_principal_name)
        kinds = [dict(mail.headers)["X-MFA-Rollout-Mail"] for mail in mails]
        return kinds.count(MailKind.INVITATION.value) > 1

    await eventually(invited_again)
    await rollout.cancel(bob, orphan)


async def _with_obstacles(rollout: Rollout) -> None:
    """A member already, a row that was there before, one deleted by hand, an empty page."""
    tenant = rollout.tenant
    tenant.faults.add(Fault(method="GET", path="/items", empty_page=True))
    mel = tenant.add_user("mel.member@contoso.example")
    tenant.add_member(rollout.made.group_id, mel.id)
    await rollout.tracking_list.create({"Title": mel.user_principal_name, "Source": "Manual"})
    excluded = tenant.add_user("exa.excluded@contoso.example")
    tenant.add_member(rollout.excluded_group_id, excluded.id)
    await rollout.import_people(mel.user_principal_name, excluded.user_principal_name)
    row = await rollout.row(mel, InviteStatus="Sent")
    await rollout.tracking_list.delete(Item(id=row["id"], fields={}))
    await rollout.click(mel)
    again = await rollout.row(mel, InviteStatus="AddedToGroup", InGroup=True)
    assert again["id"] != row["id"]
    await rollout.cancel(mel)


async def _come_back(rollout: Rollout) -> None:
    """A mail to an address that nobody has comes back, is found, told and marked."""
    key = MailKey(object_id=NOBODY, kind=MailKind.INVITATION, run_id="a-run", number=1)
    mailbox = Mailbox(rollout.graph, SENDER)
    await mailbox.send(await mailbox.create_draft(_mail("lost@nowhere.example"), key=str(key)))
    read = await rollout.carry_out(BounceWatchWorkflow.run)
    assert read.returned == 1


async def _withdrawn(rollout: Rollout) -> None:
    """A draft that nobody wants any more is deleted; from the deleted items, it is gone."""
    mailbox = Mailbox(rollout.graph, SENDER)
    draft_id = await mailbox.create_draft(_mail(SENDER), key=str(uuid4()))
    await mailbox.delete(draft_id)
    await mailbox.delete(draft_id)
    assert await mailbox.read(draft_id) is None


def _mail(address: str) -> OutgoingMail:
    return OutgoingMail(
        subject="Hello", html="<p>Hello</p>", text="Hello", to_address=address, to_name="A reader"
    )
