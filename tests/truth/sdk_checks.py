"""What Microsoft's SDK must be able to do with a tenant, one area each.

A check takes Microsoft's client and asserts; it would hold for a real tenant, too.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from graph.message import SEND_KEY
from tests.contract.scene import NOBODY
from tests.contract.simulated import GRAPH_URL, SENDER, USER
from tests.truth.sdk import model, odata_error, of


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Microsoft's client, and the things that it may use."""

    client: Any
    user_id: str
    manager_id: str
    group_id: str
    site_id: str
    list_id: str

    @property
    def user(self) -> Any:
        """Requests about the user."""
        return self.client.users.by_user_id(self.user_id)

    @property
    def items(self) -> Any:
        """Requests about the list's items."""
        return self.client.sites.by_site_id(self.site_id).lists.by_list_id(self.list_id).items

    @property
    def mailbox(self) -> Any:
        """Requests about the sender mailbox."""
        return self.client.users.by_user_id(SENDER)


Check = Callable[[Subject], Awaitable[None]]


async def users_and_their_manager(subject: Subject) -> None:
    """A user by id and by UPN, page after page, and the manager, typed as a user."""
    by_id = await subject.user.get(
        _query("users.item.user_item", "UserItem", select=["id", "mail"])
    )
    by_upn = await subject.client.users.by_user_id(USER).get()
    assert (by_id.id, by_id.mail) == (by_upn.id, by_upn.mail) == (subject.user_id, USER)
    manager = await subject.user.manager.get()
    assert type(manager).__name__ == "User"
    assert manager.id == subject.manager_id
    page = await subject.client.users.get(_query("users.users", "Users", top=2, select=["id"]))
    rest = await subject.client.users.with_url(page.odata_next_link).get()
    assert {one.id for one in page.value}.isdisjoint(one.id for one in rest.value)


async def methods_of_every_type(subject: Subject) -> None:
    """Each method arrives as its own class, none as the base class of unknown ones."""
    methods = (await subject.user.authentication.methods.get()).value
    names = {type(one).__name__ for one in methods}
    assert {"PasswordAuthenticationMethod", "PhoneAuthenticationMethod"} <= names
    assert "AuthenticationMethod" not in names
    (phone,) = [one for one in methods if type(one).__name__ == "PhoneAuthenticationMethod"]
    assert phone.phone_type.value == "mobile"
    assert phone.created_date_time.tzinfo is not None


async def a_group_and_its_members(subject: Subject) -> None:
    """The user is added, listed, and found by the check."""
    group = subject.client.groups.by_group_id(subject.group_id)
    assert (await group.get()).group_types == []
    reference = model("ReferenceCreate", "reference_create")
    body = reference(odata_id=f"{GRAPH_URL}/directoryObjects/{subject.user_id}")
    await group.members.ref.post(body)
    assert [one.id for one in (await group.members.get()).value] == [subject.user_id]
    asked = of(
        "msgraph.generated.users.item.check_member_groups.check_member_groups_post_request_body",
        "CheckMemberGroupsPostRequestBody",
    )(group_ids=[subject.group_id, NOBODY])
    assert (await subject.user.check_member_groups.post(asked)).value == [subject.group_id]
    with pytest.raises(odata_error()) as again:
        await group.members.ref.post(body)
    assert _said(again.value) == (400, "Request_BadRequest")


async def a_list_and_its_items(subject: Subject) -> None:
    """An item is created, found by an indexed column, read with its fields, changed, deleted."""
    item, fields = model("ListItem", "list_item"), model("FieldValueSet", "field_value_set")
    # The SDK would make a UUID of a text that looks like one.
    columns = {"Title": f"sdk-{uuid4()}", "InviteStatus": "Pending", "ReminderCount": 0}
    created = await subject.items.post(item(fields=fields(additional_data=columns)))
    assert columns.items() <= created.fields.additional_data.items()
    found = await subject.items.get(
        _query(
            "sites.item.lists.item.items.items",
            "Items",
            expand=["fields($select=Title,InviteStatus)"],
            filter=f"fields/Title eq '{columns['Title']}'",
        )
    )
    (row,) = found.value
    assert row.id == created.id
    assert row.fields.additional_data["InviteStatus"] == "Pending"
    requests = subject.items.by_list_item_id(created.id)
    changed = await requests.fields.patch(fields(additional_data={"InviteStatus": "Sent"}))
    assert changed.additional_data["InviteStatus"] == "Sent"
    assert (await requests.get()).e_tag != created.e_tag
    await requests.delete()
    with pytest.raises(odata_error()) as gone:
        await requests.get()
    assert _said(gone.value) == (404, "itemNotFound")


async def a_draft_is_sent(subject: Subject) -> None:
    """A draft with our key is created, found by it, sent, and keeps its id."""
    key = f"{uuid4()}"
    message = _message("A draft", key)
    draft = await subject.mailbox.messages.post(message, _immutable())
    assert draft.is_draft is True
    assert draft.to_recipients[0].email_address.address == USER
    by_key = f"singleValueExtendedProperties/Any(ep: ep/id eq '{SEND_KEY}' and ep/value eq '{key}')"
    folder = subject.mailbox.mail_folders.by_mail_folder_id("drafts").messages
    options = _query("users.item.mail_folders.item.messages.messages", "Messages", filter=by_key)
    assert [one.id for one in (await folder.get(_immutable(options))).value] == [draft.id]
    requests = subject.mailbox.messages.by_message_id(draft.id)
    await requests.send.post(_immutable())
    sent = await requests.get(_immutable())
    assert (sent.id, sent.is_draft) == (draft.id, False)
    assert sent.sent_date_time.tzinfo is not None


async def a_mail_is_sent_without_a_draft(subject: Subject) -> None:
    """``sendMail`` accepts a mail, and answers nothing."""
    body = of(
        "msgraph.generated.users.item.send_mail.send_mail_post_request_body",
        "SendMailPostRequestBody",
    )(message=_message("At once", f"{uuid4()}"), save_to_sent_items=True)
    assert await subject.mailbox.send_mail.post(body) is None


async def a_batch_of_requests(subject: Subject) -> None:
    """Each request of a batch has an answer of its own, whatever becomes of the others."""
    batch = of("msgraph_core.requests.batch_request_content", "BatchRequestContent")()
    item = of("msgraph_core.requests.batch_request_item", "BatchRequestItem")
    nobody = subject.client.users.by_user_id(NOBODY)
    for name, request in (("known", subject.user), ("unknown", nobody)):
        batch.add_request(name, item(request.to_get_request_information(), name))
    answer = await subject.client.batch.post(batch)
    assert answer.get_response_status_codes() == {"known": 200, "unknown": 404}
    # This version of the SDK keeps no body that is JSON.
    assert answer.get_response_by_id("known").content_type == "application/json"


async def refusals_are_understood(subject: Subject) -> None:
    """Status, code, message and the inner error come out as the SDK's own error."""
    with pytest.raises(odata_error()) as raised:
        await subject.client.users.by_user_id(NOBODY).get()
    assert _said(raised.value) == (404, "Request_ResourceNotFound")
    inner = raised.value.error.inner_error  # type: ignore[attr-defined]
    assert inner.request_id
    assert inner.client_request_id
    with pytest.raises(odata_error()) as refused:
        await subject.user.messages.get()
    assert _said(refused.value) == (403, "ErrorAccessDenied")


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        users_and_their_manager,
        methods_of_every_type,
        a_group_and_its_members,
        a_list_and_its_items,
        a_draft_is_sent,
        a_mail_is_sent_without_a_draft,
        a_batch_of_requests,
        refusals_are_understood,
    )
}


def _query(module: str, name: str, **options: Any) -> Any:
    """Return a request's configuration with query options."""
    builder = of(f"msgraph.generated.{module}_request_builder", f"{name}RequestBuilder")
    parameters = getattr(builder, f"{name}RequestBuilderGetQueryParameters")(**options)
    configuration = of("kiota_abstractions.base_request_configuration", "RequestConfiguration")
    return configuration(query_parameters=parameters)


def _immutable(configuration: Any = None) -> Any:
    """Return a request's configuration that asks for immutable ids."""
    if configuration is None:
        configuration = of(
            "kiota_abstractions.base_request_configuration", "RequestConfiguration"
        )()
    configuration.headers.add("Prefer", 'IdType="ImmutableId"')
    return configuration


def _message(subject: str, key: str) -> Any:
    address = model("EmailAddress", "email_address")(address=USER, name="Ada")
    body = model("ItemBody", "item_body")(
        content_type=model("BodyType", "body_type").Html, content="<p>Hello</p>"
    )
    extended = model("SingleValueLegacyExtendedProperty", "single_value_legacy_extended_property")
    return model("Message", "message")(
        subject=subject,
        body=body,
        to_recipients=[model("Recipient", "recipient")(email_address=address)],
        single_value_extended_properties=[extended(id=SEND_KEY, value=key)],
    )


def _said(error: Any) -> tuple[int, str]:
    return int(error.response_status_code), str(error.error.code)
