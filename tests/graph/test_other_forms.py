"""What isn't of the form that Graph documents, as a proxy answers: a failure that says so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest

from domain.failures import UnexpectedAnswer
from graph.delivery_reports import DeliveryReports
from graph.directory import Directory
from graph.group_search import group_with_id, groups_named, people_in
from graph.http.client import GraphClient
from graph.mailbox import Mailbox
from graph.provisioning import ListProvisioning
from graph.registration_report import RegistrationReport
from graph.sites import find_site
from tests.graph.http.peer import Answer, Peer

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
ROW = {"@odata.type": "#microsoft.graph.user", "singleValueExtendedProperties": [{"value": "k"}]}
MAIL = {"id": "AAM=", "receivedDateTime": "2026-03-01T12:00:00Z"}
PERSON = {"id": "0f8fad5b-d9cb-469f-a165-70867728950e", "userPrincipalName": "ada@contoso.example"}


async def listed(rows: AsyncIterator[object]) -> list[object]:
    """Read all."""
    return [row async for row in rows]


NAMELESS: dict[str, Callable[[GraphClient], Awaitable[object]]] = {
    "drafts": lambda client: listed(Mailbox(client, "a@contoso.example").old_drafts(SINCE)),
    "group": lambda client: group_with_id(client, "1"),
    "groups": lambda client: groups_named(client, "MFA"),
    "list": lambda client: ListProvisioning(client, "1").find(list_id="1", name="MFA"),
    "lists": lambda client: ListProvisioning(client, "1").find(list_id=None, name="MFA"),
    "mail": lambda client: Mailbox(client, "a@contoso.example").received("MFA", since=SINCE),
    "members": lambda client: listed(people_in(client, "1")),
    "new list": lambda client: ListProvisioning(client, "1").create("MFA"),
    "report": lambda client: RegistrationReport(client).page(),
    "site": lambda client: find_site(client, "https://contoso.sharepoint.com"),
}


@pytest.mark.parametrize("name", sorted(NAMELESS))
async def test_what_has_no_id_is_no_answer(client: GraphClient, peer: Peer, name: str) -> None:
    """A thing, or a row, without an id is nothing of Graph's."""
    peer.answers(Answer(body={"value": [ROW]}))
    with pytest.raises(UnexpectedAnswer):
        await NAMELESS[name](client)


@pytest.mark.parametrize("value", [True, 1.5, {"a": 1}], ids=["number", "object", "switch"])
async def test_a_list_of_another_type_is_none(
    client: GraphClient, peer: Peer, value: object
) -> None:
    """It is as good as one that is null: the rest of the row counts."""
    reports = DeliveryReports(client, "a@contoso.example")
    returned: dict[str, object] = {"categories": value, "singleValueExtendedProperties": value}
    headers = [{"name": "Return-Path", "value": "<>"}]
    rows = [
        MAIL | returned | {"internetMessageHeaders": headers},
        MAIL | {"internetMessageHeaders": value},
    ]
    peer.answers(Answer(body={"value": rows}), Answer(body={"value": []}))
    (found,) = [one async for one in reports.returned_since(SINCE)]
    assert (found.id, found.categories) == ("AAM=", ())
    enabled = PERSON | {"accountEnabled": True, "proxyAddresses": value}
    peer.answers(Answer(body={"value": [enabled]}))
    (one,) = [one async for one in Directory(client).everyone()]
    assert one.proxy_addresses == ()
