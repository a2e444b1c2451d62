"""A tenant that isn't true to Microsoft is found out: by the metadata, and by the contract."""

import pytest

from simulated_tenant.entra.keys import SigningKey
from tests.truth.conformance import answering_problems, microsofts_metadata
from tests.truth.mutation import (
    Change,
    Mutation,
    code_changed,
    dropped,
    renamed,
    replaced,
    status_changed,
)
from tests.truth.tour import new_things, toured, tried

USER, METHODS = r"/users/[^/]+$", "/methods$"
ADD, ITEMS, FIELDS = r"/members/\$ref$", "/items$", "/fields$"
DRAFTS, MESSAGE = "/messages$", "/messages/[^/]+$"

# What our client relies on: the contract objects, and so does the metadata.
RELIED_ON: dict[str, tuple[str, str, Change]] = {
    "a selected property is renamed": ("GET", USER, renamed("accountEnabled", "enabled")),
    "a property is spelt in another case": ("POST", ITEMS, renamed("eTag", "etag")),
    "a property of the default set is renamed": ("POST", DRAFTS, renamed("isDraft", "draft")),
    "a column is renamed": ("POST", ITEMS, renamed("InviteStatus", "Invite_x0020_Status")),
    "the rows are renamed": ("GET", METHODS, renamed("value", "values")),
    "the link to the next page is renamed": (
        "GET",
        "/users$",
        renamed("@odata.nextLink", "nextLink"),
    ),
    "a selected property is dropped": ("GET", "/groups/[^/]+$", dropped("groupTypes")),
    "the type of a method is dropped": ("GET", METHODS, dropped("@odata.type")),
    "the id of a draft is dropped": ("POST", DRAFTS, dropped("id")),
    "a truth value is a text": ("GET", USER, replaced("accountEnabled", "true")),
    "the count of reminders is a text": ("POST", ITEMS, replaced("ReminderCount", "0")),
    "an add answers 200": ("POST", ADD, status_changed(204, 200)),
    "a creation answers 200": ("POST", ITEMS, status_changed(201, 200)),
    "a sending answers 200": ("POST", "/send$", status_changed(202, 200)),
    "a refusal answers 422": ("POST", ADD, status_changed(400, 422)),
    "an unknown user has another code": (
        "GET",
        USER,
        code_changed("Request_ResourceNotFound", "ResourceNotFound"),
    ),
    "a deleted item has another code": ("PATCH", FIELDS, code_changed("itemNotFound", "notFound")),
    "a deleted draft has another code": (
        "GET",
        MESSAGE,
        code_changed("ErrorItemNotFound", "ErrorMessageNotFound"),
    ),
}
# What only Microsoft's metadata and documents know.
DOCUMENTED: dict[str, tuple[str, str, Change]] = {
    "a property that nobody declared": ("GET", METHODS, renamed("phoneNumber", "number")),
    "an instant is no instant": ("POST", DRAFTS, replaced("createdDateTime", "yesterday")),
    "a value that the enumeration lacks": ("GET", METHODS, replaced("phoneType", "satellite")),
    "an unknown type": ("GET", METHODS, replaced("@odata.type", "#microsoft.graph.faxMethod")),
    "the context is dropped": ("GET", USER, dropped("@odata.context")),
    "the inner error is dropped": ("GET", USER, dropped("innerError")),
    "what may not be null is": ("GET", ITEMS, replaced("createdDateTime", None)),
}


def mutation(name: str) -> Mutation:
    """Return the mutation of that name."""
    method, path, change = (RELIED_ON | DOCUMENTED)[name]
    return Mutation(name=name, method=method, path=path, change=change)


async def test_the_true_tenant_is_not_objected_to(signing_key: SigningKey) -> None:
    """Without a mutation neither the metadata nor the contract has anything to say."""
    exchanges = await toured(new_things(signing_key))
    assert answering_problems(microsofts_metadata(), exchanges) == []


@pytest.mark.parametrize("name", [*RELIED_ON, *DOCUMENTED])
async def test_a_mutation_stands_out(name: str, signing_key: SigningKey) -> None:
    """Microsoft's metadata objects, and the contract, too, where our client relies on it."""
    mutated = mutation(name)
    exchanges, objections = await tried(new_things(signing_key), mutated)
    assert mutated.hits
    assert answering_problems(microsofts_metadata(), exchanges)
    assert objections or name in DOCUMENTED
