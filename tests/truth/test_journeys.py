"""All that the product says to Graph, and all that it hears, is as Microsoft documents it."""

import pytest
from temporalio.client import Client

from tests.contract.admin_guide import documented
from tests.truth.calls import resolve
from tests.truth.conformance import microsofts_metadata, problems_of
from tests.truth.journeys import recorded_journeys
from tests.truth.permissions import allowing

# What the journeys must have brought about, lest a silent one pass for a conforming one.
SEEN = {
    ("GET /users/{id}", 200),
    ("GET /users/{id}", 404),
    ("GET /users", 200),
    ("GET /users/{id}/manager", 200),
    ("GET /users/{id}/manager", 404),
    ("GET /users/{id}/authentication/methods", 200),
    ("POST /users/{id}/checkmembergroups", 200),
    ("GET /groups/{id}", 200),
    ("POST /groups/{id}/members/$ref", 204),
    ("POST /groups/{id}/members/$ref", 400),
    ("GET /sites/{id}/lists/{id}", 200),
    ("GET /sites/{id}/lists/{id}/columns", 200),
    ("GET /sites/{id}/lists/{id}/items", 200),
    ("GET /sites/{id}/lists/{id}/items/delta", 200),
    ("POST /sites/{id}/lists/{id}/items", 201),
    ("PATCH /sites/{id}/lists/{id}/items/{id}/fields", 200),
    ("PATCH /sites/{id}/lists/{id}/items/{id}/fields", 404),
    ("DELETE /sites/{id}/lists/{id}/items/{id}", 204),
    ("GET /users/{id}/mailfolders/{id}/messages", 200),
    ("POST /users/{id}/messages", 201),
    ("GET /users/{id}/messages/{id}/$value", 200),
    ("GET /users/{id}/messages/{id}", 404),
    ("POST /users/{id}/messages/{id}/send", 202),
    ("PATCH /users/{id}/messages/{id}", 200),
    ("DELETE /users/{id}/messages/{id}", 204),
    ("GET /reports/authenticationmethods/userregistrationdetails", 200),
}


# A third of a second is a day, but the machine may be busy.
# The SDK warns where an activity ended just before it was to be cancelled, and an error in its
# place would end the worker.
@pytest.mark.filterwarnings("ignore:Cannot find activity to cancel:UserWarning")
async def test_every_exchange_is_true_to_microsoft(client: Client) -> None:
    """Each address, body and answer conforms, and a documented permission allows each call."""
    metadata = microsofts_metadata()

    exchanges = await recorded_journeys(client)

    assert problems_of(metadata, exchanges) == []
    calls = [resolve(metadata, one.method, one.url) for one in exchanges]
    seen = {(call.operation, one.status) for call, one in zip(calls, exchanges, strict=True)}
    assert seen >= SEEN
    assert any("@odata.nextLink" in (one.answer or {}) for one in exchanges)
    permissions = frozenset(documented())
    assert {one for one, _ in seen if not allowing(one) & permissions} == set()
