"""Links that are followed while the calls to Temporal are counted, and what is kept of them."""

from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import (
    Client,
    DescribeWorkflowInput,
    Interceptor,
    OutboundInterceptor,
    SignalWorkflowInput,
    WorkflowExecutionDescription,
)

from api.links.resolver import LookupUnavailable, UnknownLink
from database.engine import Database
from domain.identifiers import (
    CONTROL_WORKFLOW,
    CONTROL_WORKFLOW_ID,
    ENROLMENT_PREFIX,
    HIGH_WATER_MARK,
)
from temporal.connect import DATA_CONVERTER
from tests.api.links.tables import MARK
from tests.api.looks import is_landing, is_saved
from tests.api.running import Api, running_api
from tests.support.namespaces import own_namespace

UNKNOWN, UNAVAILABLE = UnknownLink(), LookupUnavailable()


class Calls(Interceptor):
    """Counts the calls that are about enrolments."""

    def __init__(self) -> None:
        """Start with none."""
        self.count = 0

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Count from now on."""
        return _Counted(next, self)


class _Counted(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, calls: Calls) -> None:
        super().__init__(next)
        self._calls = calls

    async def describe_workflow(self, input: DescribeWorkflowInput) -> WorkflowExecutionDescription:
        self._calls.count += input.id.startswith(ENROLMENT_PREFIX)
        return await super().describe_workflow(input)

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:
        self._calls.count += 1
        await super().signal_workflow(input)


@pytest.fixture
async def calls(temporal_address: str) -> tuple[Client, Calls]:
    """Connect a client whose calls are counted."""
    calls = Calls()
    client = await Client.connect(
        temporal_address, data_converter=DATA_CONVERTER, interceptors=[calls]
    )
    return client, calls


@pytest.fixture(scope="module")
async def kept_apart(temporal_address: str) -> Client:
    """Give a namespace whose control workflow keeps a higher mark than the tests' tables have."""
    client = await own_namespace(temporal_address)
    await client.start_workflow(
        CONTROL_WORKFLOW,
        id=CONTROL_WORKFLOW_ID,
        task_queue="no-worker",
        memo={HIGH_WATER_MARK: MARK + 1},
    )
    return client


async def follow_made_up_link(api: Api) -> str:
    """Do with a made-up token whatever can be done with a link."""
    token = str(uuid4())
    await api.open_link(token)
    await api.show_pixel(token)
    await api.press_button(token)
    return token


async def hits_are_kept(
    database: Database | None, client: Client, folder: Path, *, is_read: bool = True
) -> None:
    """Follow made-up links with Temporal away: no link is unknown, and no enrolment has started.

    An open waits in its journal for tables that can't be read.
    """
    async with running_api(client, folder, database=database) as api:
        token = str(uuid4())
        assert is_landing(await api.open_link(token), token)
        assert is_saved(await api.press_button(token))
        await api.show_pixel(token)
        if is_read:
            await api.sorted()
        assert api.held() == [("clicked", token), *[("opened", token)] * is_read]
        assert api.depth() == 2
