"""Links of an older system, looked up on a real list over https; no worker ever runs."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus

from api.public.link_status import EnrolmentStanding
from api.services import Services
from database.engine import Database
from database.rollout.older_tokens import OlderToken
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentInput
from domain.enrolment.status import Source
from domain.identifiers import enrolment_workflow_id
from domain.tracking_token import tracking_token
from graph.http.client import GraphClient
from graph.http.connection import open_graph
from graph.http.retries import ONE_TRY
from graph.tracking_list import TrackingList
from simulated_tenant import SimulatedTenant
from simulated_tenant.faults import Fault
from simulated_tenant.population import API_ROLES, tracking_columns
from simulated_tenant.sharepoint.lists import SharePointList
from simulated_tenant.testing import TENANT_ID, running_tenant
from tests.api.enrolments import CANCEL, start_enrolment
from tests.api.links.tables import complete
from tests.api.looks import is_already, is_landing, is_not_recognised, is_saved, is_started
from tests.api.running import KEY, Api, running_api
from tests.database.values import person, put
from tests.support.microsoft import connection_to
from tests.support.world import eventually

CLIENT_ID = "3d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33"
SECRET = "a-secret-that-nobody-may-see-0123456789"


@dataclass(frozen=True, kw_only=True)
class Library:
    """A tenant with a list, and our reading end of it."""

    tenant: SimulatedTenant
    rows: SharePointList
    tracking_list: TrackingList

    def row(self, **columns: str | bool) -> str:
        """Add a row of an older system, and return its token."""
        token = str(uuid4())
        now = self.tenant.clock()
        fields = {"Title": f"{uuid4().hex}@contoso.example", "TrackingToken": token, **columns}
        self.rows.add(fields, by="older", now=now, visible_at=now)
        return token

    def look_ups(self) -> int:
        """Count how often the list was searched."""
        return sum("/items" in one.url for one in self.tenant.exchanges.all())


@pytest.fixture(scope="module")
async def library_of_module() -> AsyncIterator[Library]:
    """Serve one tenant to all tests of this file."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    tenant.add_app(CLIENT_ID, SECRET, API_ROLES)
    site = tenant.add_site()
    site.grants[CLIENT_ID] = ["read"]
    tenant.sites.put(site)
    rows = tenant.add_list(site, "MFA", tracking_columns())
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(running_tenant(tenant))
        connection = connection_to(running, CLIENT_ID, SECRET)
        graph: GraphClient = await stack.enter_async_context(
            open_graph(connection, patience=ONE_TRY)
        )
        tracking_list = TrackingList(graph, site.id, rows.definition.id)
        yield Library(tenant=tenant, rows=rows, tracking_list=tracking_list)


@pytest.fixture
def library(library_of_module: Library) -> Library:
    """Return the tenant without faults, and nothing recorded."""
    library_of_module.tenant.faults.clear()
    library_of_module.tenant.exchanges.enabled = True
    library_of_module.tenant.exchanges.clear()
    return library_of_module


@pytest.fixture
async def api(client: Client, library: Library, tmp_path: Path) -> AsyncIterator[Api]:
    """Run an API that may read the list; enrolments that it starts know their policy."""
    policy = Policy(escalate_after=7)
    async with running_api(
        client, tmp_path, tracking_list=library.tracking_list, policy=policy
    ) as running:
        yield running


async def test_a_row_of_nobody_enrolled_starts_them(
    api: Api, client: Client, library: Library
) -> None:
    """The landing page starts nobody; the button starts and tells in one call, without a worker."""
    object_id = str(uuid4())
    token = library.row(
        ObjectId=object_id, InviteStatus="Sent", Source="Manual", SourceBatchId="2019"
    )
    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))

    assert is_landing(await api.open_link(token), token)
    assert is_started(await api.press_button(token))
    assert is_already(await api.press_button(token))

    events = [event async for event in handle.fetch_history_events()]
    kinds = [event.event_type for event in events]
    assert kinds.count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED) == 1
    started = events[0].workflow_execution_started_event_attributes
    (enrolment,) = await client.data_converter.decode(started.input.payloads, [EnrolmentInput])
    assert (enrolment.source, enrolment.batch_id) == (Source.MANUAL, "2019")
    assert enrolment.policy.escalate_after == 7
    description = await handle.describe()
    found = {key.name: value for key, value in description.typed_search_attributes}
    assert (found["InviteStatus"], found["SourceBatchId"]) == ("Sent", "2019")


async def test_a_row_of_somebody_enrolled_leads_to_them(
    api: Api, client: Client, library: Library
) -> None:
    """The click reaches the workflow of the row's ObjectId, and the list is asked once."""
    enrolment = await start_enrolment(client)
    object_id = enrolment.handle.id.removeprefix("mfa-enrolment-")
    token = library.row(ObjectId=object_id)

    assert is_landing(await api.open_link(token.upper()), token)
    assert is_started(await api.press_button(token))
    await api.show_pixel(token)
    (click, opened) = await enrolment.next_signals(2)

    assert (click.name, opened.name) == ("link_clicked", "email_opened")
    assert library.look_ups() == 1


async def test_a_row_by_name_alone_is_given_to_the_workers(
    api: Api, client: Client, library: Library
) -> None:
    """Without an ObjectId the API can't say who it is: a small workflow waits for a worker."""
    token = library.row(InviteStatus="Sent")

    assert is_landing(await api.open_link(token), token)
    assert is_started(await api.press_button(token))
    assert is_already(await api.open_link(token))

    query = "WorkflowType = 'LegacyLinkWorkflow' AND ExecutionStatus = 'Running'"

    async def waits() -> bool:
        async for found in client.list_workflows(query):
            handle = client.get_workflow_handle(found.id)
            events = [event async for event in handle.fetch_history_events()]
            payloads = events[0].workflow_execution_started_event_attributes.input.payloads
            if token in str(payloads):
                await handle.terminate()
                return True
        return False

    await eventually(waits)


async def test_an_enrolment_that_ended_is_not_started_again(
    api: Api, client: Client, library: Library
) -> None:
    """Cancelled people's older links are Link Not Recognised, as their own are."""
    enrolment = await start_enrolment(client)
    await enrolment.handle.cancel()
    await enrolment.answer_workflow_task(CANCEL)
    object_id = enrolment.handle.id.removeprefix("mfa-enrolment-")
    token = library.row(ObjectId=object_id, InviteStatus="Sent")

    assert is_not_recognised(await api.open_link(token))
    assert is_not_recognised(await api.press_button(token))

    status = (await enrolment.handle.describe()).status
    assert status is WorkflowExecutionStatus.CANCELED


async def test_our_own_link_outlives_temporals_memory(
    api: Api, client: Client, library: Library
) -> None:
    """A token of ours without a workflow is found on the list, and its button starts one."""
    object_id = str(uuid4())
    token = tracking_token(object_id, KEY)
    library.row(ObjectId=object_id, TrackingToken=token, InviteStatus="Sent")

    assert is_landing(await api.open_link(token), token)
    assert is_started(await api.press_button(token))

    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


@pytest.mark.parametrize(
    ("columns", "looks"),
    [
        ({"InviteStatus": "Clicked"}, is_already),
        ({"InviteStatus": "Active"}, is_already),
        ({"InviteStatus": "Sent", "TrackingToken": ""}, is_not_recognised),
        ({"InviteStatus": "Clicked", "TrackingToken": ""}, is_not_recognised),
    ],
    ids=["clicked", "active", "ended after the invitation", "ended after the click"],
)
@pytest.mark.parametrize("ours", [True, False], ids=["our token", "an older system's"])
async def test_a_row_that_is_through_starts_nobody(
    api: Api,
    client: Client,
    library: Library,
    columns: dict[str, str],
    looks: object,
    *,
    ours: bool,
) -> None:
    """The page follows what the row says, and pressing the button changes nothing.

    A row without a token is what the mirror leaves of somebody who was cancelled, has left, was
    disabled for too long or never known, and whose history Temporal doesn't keep any more.
    """
    assert callable(looks)
    object_id = str(uuid4())
    token = tracking_token(object_id, KEY) if ours else str(uuid4())
    library.row(**{"ObjectId": object_id, "TrackingToken": token, **columns})

    assert looks(await api.open_link(token))
    assert looks(await api.press_button(token))

    query = f"WorkflowId = '{enrolment_workflow_id(object_id)}'"
    assert (await client.count_workflows(query)).count == 0


async def test_an_unknown_token_is_looked_up_once(api: Api, library: Library) -> None:
    """Whoever repeats a token that isn't on the list doesn't get at the list again."""
    token = str(uuid4())

    for _ in range(3):
        assert is_not_recognised(await api.open_link(token))
        assert is_not_recognised(await api.press_button(token))

    assert library.look_ups() == 1


async def test_made_up_tokens_soon_cost_the_list_nothing(api: Api, library: Library) -> None:
    """One client that tries one token after another is stopped before the list is asked."""
    for _ in range(60):
        await api.open_link(str(uuid4()))

    assert library.look_ups() <= 31


async def test_a_list_that_is_down_loses_no_click(
    api: Api, client: Client, library: Library
) -> None:
    """The button is shown and works; the click is told when the list is back."""
    object_id = str(uuid4())
    token = library.row(ObjectId=object_id, InviteStatus="Sent")
    fault = library.tenant.faults.add(Fault(method="GET", path="/items", status=503, times=None))

    assert is_landing(await api.open_link(token), token)
    assert is_saved(await api.press_button(token))
    assert fault.hits >= 2
    assert api.held() == [("clicked", token)]
    library.tenant.faults.clear()
    await api.emptied()

    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_clicks_that_wait_for_the_list_hold_nobody_up(
    api: Api, client: Client, library: Library
) -> None:
    """Behind a click that can't be told yet, another's open is."""
    token = library.row(ObjectId=str(uuid4()), InviteStatus="Sent")
    library.tenant.faults.add(Fault(method="GET", path="/items", status=503, times=None))
    await api.press_button(token)
    enrolment = await start_enrolment(client)

    await api.show_pixel(enrolment.token)
    (opened,) = await enrolment.next_signals(1)

    assert opened.name == "email_opened"
    assert ("clicked", token) in api.held()


async def test_a_list_that_may_not_be_read_makes_nobody_nobody(
    api: Api, client: Client, library: Library
) -> None:
    """A missing permission is logged; clicks on older links are kept until it is there."""
    object_id = str(uuid4())
    token = library.row(ObjectId=object_id, InviteStatus="Sent")
    library.tenant.faults.add(
        Fault(method="GET", path="/items", status=403, code="accessDenied", times=None)
    )

    assert is_landing(await api.open_link(token), token)
    assert is_saved(await api.press_button(token))
    library.tenant.faults.clear()
    await api.emptied()
    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_without_a_list_legacy_links_are_not_recognised(
    client: Client, library: Library, tmp_path: Path
) -> None:
    """An API without a sign-in of its own asks nobody."""
    token = library.row(ObjectId=str(uuid4()), InviteStatus="Sent")

    async with running_api(client, tmp_path) as api:
        assert is_not_recognised(await api.open_link(token))

    assert library.look_ups() == 0


async def test_an_older_token_in_the_tables_costs_one_look_at_its_row(
    client: Client, library: Library, sqlite_database: Database, tmp_path: Path
) -> None:
    """Complete tables lead to the row by its id; one that lost the token leads nowhere."""
    token = library.row(ObjectId=str(uuid4()), InviteStatus="Sent")
    gone = str(uuid4())
    (item,) = await library.tracking_list.find("TrackingToken", token)
    tokens = [OlderToken(token=one, item_id=item.id) for one in (token, gone)]
    await complete(sqlite_database, *tokens)
    library.tenant.exchanges.clear()
    async with running_api(
        client, tmp_path, tracking_list=library.tracking_list, database=sqlite_database
    ) as api:
        assert is_landing(await api.open_link(token), token)
        assert library.look_ups() == 1
        assert is_started(await api.press_button(token))
        assert is_not_recognised(await api.open_link(gone))


async def test_a_token_of_since_the_last_pass_is_found_within_limits(
    client: Client, library: Library, sqlite_database: Database, tmp_path: Path
) -> None:
    """A row that an older system adds is found at once; made-up tokens soon cost nothing."""
    await complete(sqlite_database)
    new = library.row(ObjectId=str(uuid4()), InviteStatus="Sent")
    async with running_api(
        client, tmp_path, tracking_list=library.tracking_list, database=sqlite_database
    ) as api:
        assert is_landing(await api.open_link(new), new)
        for _ in range(20):
            assert is_not_recognised(await api.open_link(str(uuid4())))
        assert library.look_ups() == 6
        assert api.held() == []
        # Whom the tables know isn't limited, and neither is another client's look.
        known = library.row(ObjectId=str(uuid4()), InviteStatus="Sent")
        services: Services = api.app.state.services
        assert is_not_recognised(await api.open_link(known))
        found = await services.links.look_up(known, "198.51.100.1")
        assert isinstance(found, EnrolmentStanding)


async def test_a_refused_look_up_makes_nobody_nobody(
    api: Api, client: Client, library: Library
) -> None:
    """While the list is asked as often as it may be, a click on an older link is kept and told."""
    services: Services = api.app.state.services

    async def refused(*, of_outbox: bool = False) -> bool:
        return of_outbox

    object_id = str(uuid4())
    token = library.row(ObjectId=object_id, InviteStatus="Sent")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services.limits, "allow_list_look_up", refused)
        assert is_landing(await api.open_link(token), token)
        assert is_saved(await api.press_button(token))
    await api.emptied()

    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


@pytest.mark.parametrize("is_ours", [True, False], ids=["ours", "an older system's"])
async def test_a_link_of_a_dropped_key_is_revoked_on_the_list_too(
    client: Client, library: Library, sqlite_database: Database, tmp_path: Path, *, is_ours: bool
) -> None:
    """Its token still stands in the row; the tables know that it was ours, and it leads nowhere."""
    object_id = str(uuid4())
    token = tracking_token(object_id, b"d" * 32)
    library.row(ObjectId=object_id, TrackingToken=token, InviteStatus="Sent")
    await put(sqlite_database, person(object_id=object_id, own_token=is_ours))
    await complete(sqlite_database)
    async with running_api(
        client, tmp_path, tracking_list=library.tracking_list, database=sqlite_database
    ) as api:
        page = await api.open_link(token)
        assert is_not_recognised(page) if is_ours else is_landing(page, token)
