"""Links of an older system while the list is away, is unreadable, or is asked too often."""

from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from api.links.link_status import EnrolmentStanding
from api.services import Services
from database.engine import Database
from domain.identifiers import enrolment_workflow_id
from simulated_tenant.faults import Fault
from tests.api.enrolments import start_enrolment
from tests.api.links.legacy_links.library import Library
from tests.api.links.tables import complete
from tests.api.looks import is_landing, is_not_recognised, is_saved, is_started
from tests.api.running import Api, running_api


async def _allowed(*, of_outbox: bool = False) -> bool:
    return not of_outbox


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


async def test_an_older_link_works_in_an_office_where_somebody_tried_bad_ones(
    api: Api, client: Client, library: Library
) -> None:
    """Of a link that was found before the list is asked, whatever others of its address did."""
    object_id = str(uuid4())
    token = library.row(ObjectId=object_id, InviteStatus="Sent")
    assert is_landing(await api.open_link(token), token)
    services: Services = api.app.state.services
    with pytest.MonkeyPatch.context() as patch:
        # How often all together may ask is another limit, of a second.
        patch.setattr(services.limits, "allow_list_look_up", _allowed)
        for _ in range(40):
            await api.open_link(str(uuid4()))
        assert not await services.limits.may_fail_again("192.0.2.7")

        assert is_started(await api.press_button(token))
    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


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
