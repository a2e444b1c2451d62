"""Every call works against the simulated tenant, through real msal, TLS and httpx."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.failures import (
    BadRequest,
    Conflict,
    DuplicateValue,
    NotFound,
    PermanentFailure,
    PermissionDenied,
    ServiceUnavailable,
    Throttled,
)
from graph.authentication_methods import AuthenticationMethods
from graph.directory import Directory
from graph.groups import EnforcementGroup, member_of
from graph.mailbox import Mailbox, OutgoingMail
from graph.tracking_list import TrackingList
from simulated_tenant.faults import Fault, Late
from tests.graph.tenant import SENDER, Stage, graph_of, staged, token_source

NOBODY = "99999999-9999-4999-8999-999999999999"


@pytest.fixture(scope="module")
async def tenant_of_module() -> AsyncIterator[Stage]:
    """Serve one tenant to all tests of this file; each brings people of its own."""
    async with staged() as stage:
        yield stage


@pytest.fixture
def stage(tenant_of_module: Stage) -> Stage:
    """Return the tenant without faults."""
    tenant_of_module.tenant.faults.clear()
    return tenant_of_module


@pytest.fixture
def tracking_list(stage: Stage) -> TrackingList:
    """Return our list."""
    return TrackingList(stage.client, stage.site.id, stage.tracking_list.definition.id)


def fields(**more: object) -> dict[str, object]:
    """Return the columns of an item that no other test has."""
    key = str(uuid4())
    return {"Title": f"{key}@contoso.example", "ObjectId": key, **more}


def mail_to(address: str) -> OutgoingMail:
    """Return a mail."""
    return OutgoingMail(
        subject="Please enrol",
        html="<p>Hello</p>",
        text="Hello",
        to_address=address,
        to_name="A Reader",
        headers={"X-Auto-Response-Suppress": "All", "X-MFA-Rollout-Mail": "invitation"},
    )


async def test_a_user_is_read_by_either_name(stage: Stage) -> None:
    """ObjectId and UPN lead to the same person, with all that was selected."""
    added = stage.user("zoë.o'hara", department="R & D", preferred_language="de-CH")
    directory = Directory(stage.client)

    by_id = await directory.user(added.id)

    assert by_id == await directory.user(added.user_principal_name)
    assert (by_id.department, by_id.language, by_id.mail) == ("R & D", "de-CH", added.mail)


async def test_an_unknown_user_is_not_found(stage: Stage) -> None:
    """A 404 is told without the name that was asked for."""
    with pytest.raises(NotFound, match="not in the directory") as raised:
        await Directory(stage.client).user("nobody@contoso.example")
    assert raised.value.code == "Request_ResourceNotFound"
    assert "nobody" not in str(raised.value)


async def test_a_guest_is_read_by_its_name(stage: Stage) -> None:
    """The hash signs of a guest's name don't cut the path."""
    name = f"g{uuid4().hex}_fabrikam.example#EXT#@contoso.example"
    stage.tenant.add_user(name, user_type="Guest", mail="g@fabrikam.example")

    assert (await Directory(stage.client).user(name)).is_guest


async def test_an_address_finds_its_user(stage: Stage) -> None:
    """UPN, ``mail`` and proxy addresses all lead to the user; others to none."""
    unique = uuid4().hex
    mail, alias = f"o'hara+{unique}@contoso.example", f"alias-{unique}@contoso.example"
    added = stage.user("find", mail=mail, proxy_addresses=[f"SMTP:{mail}", f"smtp:{alias}"])
    directory = Directory(stage.client)

    for address in (added.user_principal_name, mail, alias, mail.upper()):
        found = await directory.find(address)
        assert found is not None
        assert found.object_id == added.id
    assert await directory.find(f"nobody-{unique}@contoso.example") is None


async def test_people_are_listed_over_pages(stage: Stage) -> None:
    """Everybody comes once, though the tenant gives two a page."""
    added = {stage.user("page").id for _ in range(5)}

    listed = [person.object_id async for person in Directory(stage.client).people()]

    assert added <= set(listed)
    assert len(listed) == len(set(listed)) == len(stage.tenant.users)


async def test_a_manager_is_told_from_none_and_from_no_user(stage: Stage) -> None:
    """A manager, no manager, and nobody to have one are three answers."""
    boss = stage.user("boss")
    report = stage.user("report", manager_id=boss.id)
    directory = Directory(stage.client)

    manager = await directory.manager(report.id)

    assert manager is not None
    assert manager.object_id == boss.id
    assert await directory.manager(boss.id) is None
    with pytest.raises(NotFound, match="user is not in the directory"):
        await directory.manager(NOBODY)


async def test_methods_are_read(stage: Stage) -> None:
    """The password is there from the start, a registered method after it."""
    user = stage.user("methods")
    methods = AuthenticationMethods(stage.client)

    assert await methods.methods(user.id) == ("passwordAuthenticationMethod",)
    stage.tenant.register_method(user.id, "fido2")
    assert "fido2AuthenticationMethod" in await methods.methods(user.id)
    with pytest.raises(NotFound):
        await methods.methods(NOBODY)


async def test_a_user_is_added_to_the_group_once(stage: Stage) -> None:
    """Adding twice is adding once."""
    user, group = stage.user("member"), stage.group()
    enforcement = EnforcementGroup(stage.client, group.id)

    assert not await enforcement.is_member(user.id)
    await enforcement.add_member(user.id)
    await enforcement.add_member(user.id)

    assert stage.tenant.members(group.id) == [user.id]
    assert await enforcement.is_member(user.id)
    await enforcement.check()


async def test_an_add_whose_answer_is_lost_succeeds(stage: Stage) -> None:
    """A 504 after the deed is made good in the same call."""
    user, group = stage.user("lost"), stage.group()
    fault = Fault(method="POST", path=f"{group.id}/members", status=504, after_write=True)
    stage.tenant.faults.add(fault)

    await EnforcementGroup(stage.client, group.id).add_member(user.id)

    assert stage.tenant.members(group.id) == [user.id]
    assert fault.hits == 1


async def test_an_add_that_reads_do_not_show_yet_passes_later(stage: Stage) -> None:
    """While reads lag behind, a second add is a passing failure, never "refused for good"."""
    user, group = stage.user("late"), stage.group()
    stage.tenant.faults.late(Late.MEMBER, timedelta(minutes=5))
    enforcement = EnforcementGroup(stage.client, group.id)
    await enforcement.add_member(user.id)

    with pytest.raises(Conflict):
        await enforcement.add_member(user.id)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ({"group_types": ["DynamicMembership"]}, "dynamic"),
        ({"on_premises_sync_enabled": True}, "synced"),
        ({"is_assignable_to_role": True}, "role-assignable"),
    ],
)
async def test_a_group_of_the_wrong_kind_fails_its_check(
    stage: Stage, kind: dict[str, object], said: str
) -> None:
    """Groups whose members can't be changed are named for what they are."""
    group = stage.group(**kind)

    with pytest.raises(PermanentFailure, match=said):
        await EnforcementGroup(stage.client, group.id).check()


async def test_a_missing_group_is_told_from_a_missing_user(stage: Stage) -> None:
    """The 404 of an add says which of the two is wrong."""
    user, group = stage.user("either"), stage.group()

    with pytest.raises(NotFound, match="ENFORCEMENT_GROUP_ID"):
        await EnforcementGroup(stage.client, NOBODY).add_member(user.id)
    with pytest.raises(NotFound, match="user is not in the directory"):
        await EnforcementGroup(stage.client, group.id).add_member(NOBODY)


async def test_membership_of_many_groups_is_read(stage: Stage) -> None:
    """More groups than one call takes are asked about, nested ones included."""
    user, inner, outer = stage.user("many"), stage.group(), stage.group()
    stage.tenant.add_member(inner.id, user.id)
    stage.tenant.add_member(outer.id, inner.id)
    others = [stage.group().id for _ in range(22)]

    asked = [*others, inner.id, outer.id]

    assert await member_of(stage.client, user.id, asked) == {inner.id, outer.id}


async def test_an_item_lives_its_life(stage: Stage, tracking_list: TrackingList) -> None:
    """Created, found, read, changed, deleted, and gone."""
    await tracking_list.check()
    columns = fields(InviteStatus="Pending", InGroup=False, ReminderCount=0)
    item = await tracking_list.create(columns)
    assert columns.items() <= item.fields.items()

    (found,) = await tracking_list.find("ObjectId", str(columns["ObjectId"]))
    assert found.id == item.id
    assert await tracking_list.find("TrackingToken", str(uuid4())) == ()

    sent = "2026-03-01T12:00:00Z"
    await tracking_list.update(item.id, {"InviteStatus": "Sent", "InviteSentDate": sent})
    read = await tracking_list.get(item.id)
    assert (read.fields["InviteStatus"], read.fields["InviteSentDate"]) == ("Sent", sent)
    assert read.etag != item.etag

    await tracking_list.update(item.id, {"InviteSentDate": None})
    assert (await tracking_list.get(item.id)).fields.get("InviteSentDate") is None

    await tracking_list.delete(item.id)
    await tracking_list.delete(item.id)
    with pytest.raises(NotFound):
        await tracking_list.get(item.id)


async def test_quotes_in_a_value_are_found(tracking_list: TrackingList) -> None:
    """A value with a quote is a value like any other."""
    value = f"o'hara's-{uuid4().hex}"
    item = await tracking_list.create(fields(TrackingToken=value))

    assert [found.id for found in await tracking_list.find("TrackingToken", value)] == [item.id]


async def test_a_duplicate_is_refused_as_such(tracking_list: TrackingList) -> None:
    """A value that the unique column holds already can be told from other refusals."""
    columns = fields()
    await tracking_list.create(columns)

    with pytest.raises(DuplicateValue):
        await tracking_list.create(columns)


async def test_a_creation_whose_answer_is_lost_is_found(
    stage: Stage, tracking_list: TrackingList
) -> None:
    """After a 504 the caller finds the item by its unique column."""
    columns = fields()
    stage.tenant.faults.add(Fault(method="POST", path="/items$", status=504, after_write=True))

    with pytest.raises(ServiceUnavailable):
        await tracking_list.create(columns)
    with pytest.raises(DuplicateValue):
        await tracking_list.create(columns)
    assert len(await tracking_list.find("ObjectId", str(columns["ObjectId"]))) == 1


async def test_a_version_that_is_gone_is_a_conflict(tracking_list: TrackingList) -> None:
    """A write on top of another's is refused, and nothing is written."""
    item = await tracking_list.create(fields())
    await tracking_list.update(item.id, {"ReminderCount": 1}, etag=item.etag)

    with pytest.raises(Conflict):
        await tracking_list.update(item.id, {"ReminderCount": 2}, etag=item.etag)
    assert (await tracking_list.get(item.id)).fields["ReminderCount"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"NoSuchColumn": "x"},
        {"InviteStatus": "Perhaps"},
        {"InGroup": "yes"},
        {"ErrorDetails": "x" * 256},
    ],
)
async def test_a_value_that_does_not_fit_is_refused(
    tracking_list: TrackingList, wrong: dict[str, object]
) -> None:
    """Unknown columns and values of the wrong kind are permanent refusals."""
    item = await tracking_list.create(fields())

    with pytest.raises(BadRequest):
        await tracking_list.update(item.id, wrong)


async def test_a_column_without_index_is_refused(tracking_list: TrackingList) -> None:
    """A search that SharePoint couldn't answer on a large list isn't tried."""
    with pytest.raises(BadRequest):
        await tracking_list.find("ErrorDetails", "x")


async def test_the_whole_list_is_read(stage: Stage, tracking_list: TrackingList) -> None:
    """Each item comes once, though the tenant gives two a page."""
    for _ in range(5):
        await tracking_list.create(fields())

    ids = [item.id async for item in tracking_list.all()]

    assert sorted(ids) == sorted(row["id"] for row in stage.tenant.list_items())


async def test_the_wrong_list_setting_is_named(stage: Stage) -> None:
    """A site without the list names LIST_ID."""
    with pytest.raises(NotFound, match="LIST_ID"):
        await TrackingList(stage.client, stage.site.id, NOBODY).check()


async def test_a_site_without_grant_names_the_grant(stage: Stage) -> None:
    """With Sites.Selected another site is refused, existing or not."""
    other = stage.tenant.add_site(f"/sites/{uuid4().hex}")

    with pytest.raises(PermissionDenied, match=r"Sites\.Selected.*SITE_ID"):
        await TrackingList(stage.client, other.id, NOBODY).check()


async def test_a_mail_goes_out_once(stage: Stage) -> None:
    """Drafted, found by its key, sent, and still the same mail in the sent items."""
    reader, key = stage.user("reader"), uuid4().hex
    mailbox = Mailbox(stage.client, SENDER)
    assert await mailbox.find(key) is None

    message_id = await mailbox.create_draft(mail_to(reader.user_principal_name), key=key)
    draft = await mailbox.find(key)
    assert draft is not None
    assert (draft.id, draft.is_draft, draft.sent_at) == (message_id, True, None)

    before = datetime.now(UTC) - timedelta(seconds=2)
    await mailbox.send(message_id)

    sent = await mailbox.read(message_id)
    assert sent is not None
    assert sent == await mailbox.find(key)
    assert not sent.is_draft
    assert sent.sent_at is not None
    assert before <= sent.sent_at <= datetime.now(UTC)
    (received,) = stage.tenant.mailbox(reader.user_principal_name)
    assert (received.subject, received.content) == ("Please enrol", "<p>Hello</p>")
    assert ("X-MFA-Rollout-Mail", "invitation") in received.headers


async def test_a_mail_in_transit_is_neither_draft_nor_sent(stage: Stage) -> None:
    """Between drafts and sent items a mail is nowhere to be read, and can't be sent again."""
    reader, key = stage.user("transit"), uuid4().hex
    mailbox = Mailbox(stage.client, SENDER)
    message_id = await mailbox.create_draft(mail_to(reader.user_principal_name), key=key)
    stage.tenant.faults.late(Late.MAIL, timedelta(minutes=5))

    await mailbox.send(message_id)

    assert await mailbox.read(message_id) is None
    assert await mailbox.find(key) is None
    with pytest.raises(NotFound):
        await mailbox.send(message_id)
    assert len(stage.tenant.mailbox(reader.user_principal_name)) == 1


async def test_a_sending_whose_answer_is_lost_happened_once(stage: Stage) -> None:
    """After a 504 the mail is read and found to be sent already."""
    reader = stage.user("lost-mail")
    mailbox = Mailbox(stage.client, SENDER)
    message_id = await mailbox.create_draft(mail_to(reader.user_principal_name), key=uuid4().hex)
    stage.tenant.faults.add(Fault(method="POST", path="/send$", status=504, after_write=True))

    with pytest.raises(ServiceUnavailable):
        await mailbox.send(message_id)

    state = await mailbox.read(message_id)
    assert state is not None
    assert not state.is_draft
    assert len(stage.tenant.mailbox(reader.user_principal_name)) == 1


async def test_a_draft_is_withdrawn(stage: Stage) -> None:
    """A draft that was deleted is gone, however often it is deleted."""
    reader, key = stage.user("withdrawn"), uuid4().hex
    mailbox = Mailbox(stage.client, SENDER)
    message_id = await mailbox.create_draft(mail_to(reader.user_principal_name), key=key)

    await mailbox.delete(message_id)
    await mailbox.delete(message_id)

    assert await mailbox.find(key) is None
    assert stage.tenant.mailbox(reader.user_principal_name) == []


async def test_another_mailbox_is_refused(stage: Stage) -> None:
    """The app may use its sender alone; a mailbox that isn't there is named by its setting."""
    other = stage.user("other")

    with pytest.raises(PermissionDenied, match=r"Mail\.ReadWrite.*RBAC"):
        await Mailbox(stage.client, other.user_principal_name).create_draft(
            mail_to(SENDER), key="k"
        )
    with pytest.raises(NotFound, match="SENDER_MAILBOX"):
        await Mailbox(stage.client, "nobody@contoso.example").read("AAMk")


async def test_a_revoked_token_is_renewed(stage: Stage) -> None:
    """A 401 costs the caller nothing but time."""
    user = stage.user("revoked")
    fault = stage.tenant.faults.add(Fault(method="GET", path=f"/users/{user.id}", status=401))

    assert (await Directory(stage.client).user(user.id)).object_id == user.id
    assert fault.hits == 1


@pytest.mark.parametrize(("status", "seconds"), [(429, "17"), (429, "2.128"), (503, "17")])
async def test_long_waits_leave_with_their_length(stage: Stage, status: int, seconds: str) -> None:
    """What the tenant asks to wait is what Temporal will wait."""
    user = stage.user("throttled")
    stage.tenant.faults.add(Fault(path=f"/users/{user.id}", status=status, retry_after=seconds))

    with pytest.raises(Throttled) as raised:
        await Directory(stage.client).user(user.id)
    assert raised.value.retry_after == timedelta(seconds=float(seconds))


async def test_a_gateways_page_is_survived(stage: Stage) -> None:
    """One bad answer in between doesn't reach the caller of a read."""
    user = stage.user("gateway")
    stage.tenant.faults.add(Fault(path=f"/users/{user.id}", status=502, html=True))

    assert (await Directory(stage.client).user(user.id)).object_id == user.id


async def test_without_permissions_each_refusal_names_its_own(stage: Stage) -> None:
    """An app that was granted nothing is told for each call what to grant."""
    bare = str(uuid4())
    stage.tenant.add_app(bare, "s")
    user, group = stage.user("bare"), stage.group()
    async with graph_of(
        stage.running, token_source(stage.running, client_id=bare, credential="s")
    ) as client:
        with pytest.raises(PermissionDenied, match=r"User\.Read\.All"):
            await Directory(client).user(user.id)
        with pytest.raises(PermissionDenied, match=r"UserAuthenticationMethod\.Read\.All"):
            await AuthenticationMethods(client).methods(user.id)
        with pytest.raises(PermissionDenied, match=r"GroupMember\.ReadWrite\.All"):
            await EnforcementGroup(client, group.id).add_member(user.id)
        with pytest.raises(PermissionDenied, match=r"GroupMember\.Read\.All"):
            await member_of(client, user.id, [group.id])
        with pytest.raises(PermissionDenied, match=r"Sites\.Selected"):
            await TrackingList(client, stage.site.id, "x").check()
        with pytest.raises(PermissionDenied, match=r"Mail\.Send"):
            await Mailbox(client, SENDER).send("AAMk")
