"""A wish from the public form, looked up after the page was answered."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from domain.enrolment.messages import ResendAddress
from domain.sealed_text import seal, unseal
from domain.status import MailKind
from domain.tables.mail import MailOrigin
from tests.support.enrolments import STRICT, Enrolment
from tests.support.eventually import eventually
from tests.support.world import MINUTE
from workflows.resend_request import ResendRequestWorkflow

KEY = bytes(range(32))


class Directory:
    """Knows a few addresses."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.people: dict[str, list[str]] = {}

    @activity.defn
    async def find_object_ids(self, sealed_address: str) -> list[str]:
        """Look an address up."""
        address = unseal(sealed_address, [KEY]) or ""
        return self.people.get(address.casefold(), [])


@pytest.fixture
async def directory() -> Directory:
    """Begin with an empty directory."""
    return Directory()


@pytest.fixture
async def queue(
    client: Client, directory: Directory, unique: Callable[[str], str]
) -> AsyncIterator[str]:
    """Run a worker for such requests."""
    name = unique("queue")
    async with Worker(
        client,
        task_queue=name,
        workflows=[ResendRequestWorkflow],
        activities=[directory.find_object_ids],
        workflow_runner=STRICT,
    ):
        yield name


async def ask(client: Client, queue: str, address: str, at: datetime) -> str:
    """Type an address into the form, and return what came of it."""
    return await client.execute_workflow(
        ResendRequestWorkflow.run,
        ResendAddress(
            event_id=str(uuid4()),
            sealed_address=seal(address, [KEY]),
            at=at,
            network="a-network",
        ),
        id=f"resend-{uuid4()}",
        task_queue=queue,
    )


async def test_known_address_gets_a_link(
    client: Client, queue: str, directory: Directory, invited: Enrolment
) -> None:
    """The enrolment behind the address is asked, in any case, and sends the link.

    Somebody else who has the same address and isn't enrolled doesn't stand in the way.
    """
    directory.people["ada@contoso.example"] = [str(uuid4()), invited.world.person.object_id]
    await invited.pass_time(16 * MINUTE)
    assert await ask(client, queue, "Ada@Contoso.example", await invited.now()) == "asked"
    await eventually(lambda: invited.count(MailKind.INVITATION) == 2)
    delivery = invited.world.deliveries[-1]
    assert (delivery.origin, delivery.network) == (MailOrigin.FORM, "a-network")


async def test_unknown_address_is_nobody(client: Client, queue: str) -> None:
    """An address that the directory doesn't know ends as unknown, and nothing happens."""
    assert await ask(client, queue, "who@contoso.example", datetime.now(UTC)) == "unknown"


async def test_known_but_not_enrolled(client: Client, queue: str, directory: Directory) -> None:
    """Somebody of the directory who isn't in the rollout gets nothing."""
    directory.people["eve@contoso.example"] = [str(uuid4())]
    assert await ask(client, queue, "eve@contoso.example", datetime.now(UTC)) == "not enrolled"
