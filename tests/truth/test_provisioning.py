"""Making the tracking list is true to Microsoft, and takes the permission that we name."""

import re

import httpx
import pytest

from domain.failures import PermissionDenied
from domain.tracking_list.columns import COLUMNS
from graph.http.client import GraphClient
from graph.http.exchange import HttpxExchange
from graph.provisioning import TITLE, ListProvisioning
from simulated_tenant import create_app
from simulated_tenant.entra.keys import SigningKey
from simulated_tenant.sharepoint.columns import new_column
from tests.contract.simulated import CLIENT_ID, GRAPH_URL, IssuedTokens
from tests.truth.calls import resolve
from tests.truth.conformance import microsofts_metadata, problems_of
from tests.truth.exchanges import Recorder
from tests.truth.permissions import allowing, least
from tests.truth.tour import new_things

ADMIN = "2b8a2a52-7a8e-4f5e-8b54-0f8a7c9e2d33"
MANAGE = "Sites.Manage.All"


async def test_the_list_is_made_as_microsoft_documents_it(signing_key: SigningKey) -> None:
    """Creating a list, and mending one that lacks columns and an index, conforms."""
    metadata = microsofts_metadata()
    made = new_things(signing_key)
    made.tenant.add_app(ADMIN, "x" * 40, [MANAGE])
    bare = made.tenant.add_list(made.site, "Bare", [new_column("ObjectId", "text")])
    recorder = Recorder()
    transport = httpx.ASGITransport(app=create_app(made.tenant))
    async with httpx.AsyncClient(transport=transport) as http:
        recorder.watch(http)
        graph = GraphClient(HttpxExchange(http), GRAPH_URL, IssuedTokens(made.tenant, ADMIN))
        provisioning = ListProvisioning(graph, made.site.id)
        assert await provisioning.find(list_id=None, name="Not yet") is None
        new_id = await provisioning.create("Not yet")
        for list_id in (new_id, bare.definition.id):
            assert [step async for step in provisioning.bring_up_to_date(list_id)]
        assert await provisioning.find(list_id=new_id, name="") == new_id

    assert problems_of(metadata, recorder.exchanges) == []
    operations = {resolve(metadata, one.method, one.url).operation for one in recorder.exchanges}
    assert {one for one in operations if MANAGE not in allowing(one)} <= {
        # The wider permission includes reading, which Microsoft's data doesn't say of these.
        "GET /sites/{id}/lists",
        "GET /sites/{id}/lists/{id}",
    }
    assert all(MANAGE in least(one) for one in operations if not one.startswith("GET"))
    created = [one for one in recorder.exchanges if one.method == "POST"]
    assert len(created) == 1 + len(COLUMNS) - len({TITLE, "ObjectId"})


async def test_the_worker_may_not_make_lists(signing_key: SigningKey) -> None:
    """The documented permissions don't reach so far, and the refusal names the one that does."""
    made = new_things(signing_key)
    transport = httpx.ASGITransport(app=create_app(made.tenant))
    async with httpx.AsyncClient(transport=transport) as http:
        graph = GraphClient(HttpxExchange(http), GRAPH_URL, IssuedTokens(made.tenant, CLIENT_ID))
        with pytest.raises(PermissionDenied, match=re.escape(MANAGE)):
            await ListProvisioning(graph, made.site.id).create("Not yet")
