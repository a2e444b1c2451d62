"""An enrolment as Temporal keeps it with encryption on: who finds it, and what it shows."""

from base64 import b64encode
from uuid import uuid4

from temporalio.client import Client

from activities.enrolment.start import start_enrolment
from client.enrolments import find_enrolment
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.status import Source
from temporal.connect import connect_as_configured
from temporal.encryption.environment import names_of
from temporal.encryption.names import is_hashed
from temporal.search_attributes import USER_PRINCIPAL_NAME
from tests.support.eventually import eventually
from tests.support.hidden import shows

OLD, NEW = (b64encode(bytes(range(at, at + 32))).decode() for at in (0, 100))


async def connected(address: str, **variables: str) -> Client:
    """Connect as a process with these settings does."""
    return await connect_as_configured(
        {"TEMPORAL_ADDRESS": address, "TEMPORAL_CONFIG_FILE": "/nonexistent", **variables}
    )


async def start(client: Client, upn: str) -> str:
    """Start somebody's enrolment, which no worker takes up."""
    enrolment = EnrolmentInput(
        object_id=str(uuid4()),
        user_principal_name=upn,
        source=Source.CSV_UPLOAD,
        batch_id="encrypted",
        correlation_id="c",
    )
    await start_enrolment(
        client,
        enrolment,
        state=EnrolmentState(),
        display_name="Ada Lovelace",
        task_queue="nobody-polls-it",
    )
    return enrolment.object_id


async def test_nothing_in_temporal_names_a_person_whose_name_is_hidden(
    temporal_address: str,
) -> None:
    """Name and UPN are in no event; who has the keys finds the person by UPN and reads the rest."""
    upn = f"Ada.{uuid4().hex}@contoso.example"
    writer = await connected(temporal_address, PAYLOAD_KEYS=OLD, SEARCHABLE_UPN="off")
    in_clear = await connected(temporal_address)
    seen = await start(in_clear, f"in-clear-{upn}")
    hidden = await start(writer, upn)
    reader = await connected(temporal_address, PAYLOAD_KEYS=f"{NEW},{OLD}", SEARCHABLE_UPN="off")

    async def is_found() -> bool:
        return await find_enrolment(reader, upn.upper()) is not None

    await eventually(is_found)
    handle = await find_enrolment(reader, upn)
    assert handle is not None
    assert handle.id.endswith(hidden)
    assert await find_enrolment(in_clear, upn) is None
    described = await handle.describe()
    summary = str(await described.static_summary()).replace("\\", "")
    assert "Ada Lovelace" in summary
    assert upn in summary
    attribute = described.typed_search_attributes.get(USER_PRINCIPAL_NAME)
    assert attribute == names_of(writer).attribute(upn)
    assert is_hashed(str(attribute))
    events = (await handle.fetch_history()).events
    assert not shows(upn, events)
    assert not shows("Lovelace", events)
    others = await in_clear.get_workflow_handle(f"mfa-enrolment-{seen}").fetch_history()
    assert shows(upn, others.events)
    assert shows("Lovelace", others.events)


async def test_payloads_are_hidden_and_names_searchable(temporal_address: str) -> None:
    """By default admins find people by name in the Temporal UI, and read nothing without a key."""
    upn = f"bob.{uuid4().hex}@contoso.example"
    client = await connected(temporal_address, PAYLOAD_KEYS=NEW)
    object_id = await start(client, upn)
    handle = client.get_workflow_handle(f"mfa-enrolment-{object_id}")
    assert (await handle.describe()).typed_search_attributes.get(USER_PRINCIPAL_NAME) == upn
    events = (await handle.fetch_history()).events
    assert not shows("Lovelace", events)
