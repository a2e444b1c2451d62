"""What Temporal's refusals are told as: met on a real server where one can be brought to refuse."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

from client.enrolments import count_by_status
from temporal.connect import DATA_CONVERTER, connect, connect_as_configured
from temporal.refusals import (
    Refusal,
    TemporalRefused,
    is_workflow_not_found,
    refusal_of,
    sentence,
)
from temporal.target import Target
from tests.support import temporal_server

CLOUD = Target("rollout.abc.tmprl.cloud:7233", "rollout.abc")


@pytest.fixture(scope="module")
def bare_address() -> Iterator[str]:
    """Run a server as it is before ``provision``: without our search attributes."""
    process, address = temporal_server.start(search_attributes=False)
    try:
        temporal_server.wait_until_ready(process, address, query="")
        yield address
    finally:
        temporal_server.stop(process)


def addressed(address: str, **variables: str) -> dict[str, str]:
    """Return an environment that names a server, without the file of somebody's home."""
    return {"TEMPORAL_ADDRESS": address, "TEMPORAL_CONFIG_FILE": "/nonexistent", **variables}


@asynccontextmanager
async def tls_listener(folder: Path) -> AsyncIterator[str]:
    """Listen with a certificate that nobody trusts; its authority is ``ca.pem`` in the folder."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("temporal.example", "127.0.0.1").configure_cert(context)
    context.set_alpn_protocols(["h2"])

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_before_provision(bare_address: str) -> None:
    """A namespace without our search attributes is told apart, and the verb to run is named."""
    client = await Client.connect(bare_address, data_converter=DATA_CONVERTER)
    with pytest.raises(RPCError) as counting:
        await count_by_status(client)
    attribute = SearchAttributeKey.for_keyword("UserPrincipalName")
    with pytest.raises(RPCError) as starting:
        await client.start_workflow(
            "Whatever",
            id="whatever",
            task_queue="nobody",
            search_attributes=TypedSearchAttributes([SearchAttributePair(attribute, "ada")]),
        )
    for refused in (counting, starting):
        assert refusal_of(refused.value) is Refusal.NO_SEARCH_ATTRIBUTES
    assert "`mfa-rollout provision`" in str(sentence(counting.value, Target(bare_address)))


async def test_a_namespace_that_is_not_there(temporal_address: str) -> None:
    """It is told apart from a workflow that isn't there, though both are NOT_FOUND."""
    elsewhere = await Client.connect(temporal_address, namespace="nowhere")
    with pytest.raises(RPCError) as refused:
        await elsewhere.get_workflow_handle("whatever").describe()
    told = sentence(refused.value, Target(temporal_address, "nowhere"))
    assert refusal_of(refused.value) is Refusal.NO_NAMESPACE
    assert not is_workflow_not_found(refused.value)
    assert f"Temporal at {temporal_address} has no namespace nowhere" in str(told)
    assert "TEMPORAL_NAMESPACE" in str(told)


async def test_a_workflow_that_is_not_there_is_no_refusal(client: Client) -> None:
    """What concerns one workflow is left to whoever asked for it."""
    with pytest.raises(RPCError) as missing:
        await client.get_workflow_handle("nobody-has-this-id").describe()
    assert refusal_of(missing.value) is None
    assert sentence(missing.value, CLOUD) is None
    assert is_workflow_not_found(missing.value)


async def test_nobody_listens() -> None:
    """A port on which nobody listens is named, with the setting to change."""
    with pytest.raises(TemporalRefused, match=r"can't be reached at 127\.0\.0\.1:1: .*ADDRESS"):
        await connect("127.0.0.1:1")


async def test_nobody_listens_to_a_client_that_connects_late() -> None:
    """A lazy client, which starts without Temporal, meets the same refusal at its first call."""
    client = await connect("127.0.0.1:1", lazy=True)
    with pytest.raises(RuntimeError) as refused:
        await client.count_workflows("")
    assert refusal_of(refused.value) is Refusal.UNREACHABLE


@pytest.mark.parametrize("name", ["TEMPORAL_TLS", "TEMPORAL_API_KEY"])
async def test_tls_is_asked_of_a_plain_server(temporal_address: str, name: str) -> None:
    """TLS, or the API key that turns it on, meets a server without TLS."""
    with pytest.raises(TemporalRefused, match=r"doesn't speak TLS: leave out TEMPORAL_TLS"):
        await connect_as_configured(addressed(temporal_address, **{name: "true"}))


async def test_a_server_that_wants_tls_is_asked_without(tmp_path: Path) -> None:
    """A connection that is broken off names the settings of TLS."""
    async with tls_listener(tmp_path) as address:
        with pytest.raises(TemporalRefused, match=r"broke the connection off: .*TEMPORAL_TLS=true"):
            await connect(address)


async def test_a_certificate_that_is_not_trusted(tmp_path: Path) -> None:
    """An unknown authority, or another name, names the settings that tell of them."""
    async with tls_listener(tmp_path) as address:
        with pytest.raises(TemporalRefused, match="TEMPORAL_TLS_SERVER_CA_CERT_PATH"):
            await connect_as_configured(addressed(address, TEMPORAL_TLS="true"))
        another_name = addressed(
            address,
            TEMPORAL_TLS_SERVER_CA_CERT_PATH=str(tmp_path / "ca.pem"),
            TEMPORAL_TLS_SERVER_NAME="elsewhere.example",
        )
        with pytest.raises(TemporalRefused, match="TEMPORAL_TLS_SERVER_NAME"):
            await connect_as_configured(another_name)


async def test_a_client_certificate_that_is_none(temporal_address: str) -> None:
    """A file that is no certificate names the settings that point to it."""
    files = {f"TEMPORAL_TLS_CLIENT_{half}_PATH": __file__ for half in ("CERT", "KEY")}
    with pytest.raises(TemporalRefused, match="TEMPORAL_TLS_CLIENT_CERT_PATH and"):
        await connect_as_configured(addressed(temporal_address, **files))


async def test_an_address_that_is_none() -> None:
    """An address without a port that is a number is named, with a right one."""
    with pytest.raises(TemporalRefused, match=r"^localhost:abc is no address .* localhost:7233\.$"):
        await connect("localhost:abc")


# What no dev server can be brought to answer.
ANSWERS = {
    RPCStatusCode.UNAUTHENTICATED: (Refusal.UNAUTHENTICATED, "TEMPORAL_API_KEY"),
    RPCStatusCode.PERMISSION_DENIED: (Refusal.PERMISSION_DENIED, "namespace rollout.abc"),
    RPCStatusCode.RESOURCE_EXHAUSTED: (Refusal.OVERLOADED, "try again in a minute"),
    RPCStatusCode.DEADLINE_EXCEEDED: (Refusal.SLOW, "didn't answer in time"),
    RPCStatusCode.UNAVAILABLE: (Refusal.UNREACHABLE, CLOUD.address),
    RPCStatusCode.UNIMPLEMENTED: (Refusal.NOT_OFFERED, "version"),
}


@pytest.mark.parametrize("status", ANSWERS, ids=lambda status: status.name)
def test_a_call_that_is_refused(status: RPCStatusCode) -> None:
    """Every status that isn't about one workflow has a sentence that says what to do."""
    kind, says = ANSWERS[status]
    error = RPCError("words of the server", status, b"")
    assert refusal_of(error) is kind
    told = str(sentence(error, CLOUD))
    assert says in told
    assert "words of the server" not in told


@pytest.mark.parametrize("code", ["Unauthenticated", "PermissionDenied"])
def test_a_key_that_is_refused_while_connecting(code: str) -> None:
    """The SDK tells of a refused key as of a failed connection; the sentence is about the key."""
    error = RuntimeError(
        "Failed client connect: `get_system_info` call error after connection: "
        f'Status {{ code: {code}, message: "Request unauthorized." }}'
    )
    told = str(sentence(error, CLOUD))
    assert "key" in told.casefold()
    assert "Request unauthorized" not in told


@pytest.mark.parametrize("error", [RuntimeError("no running event loop"), ValueError("client")])
def test_a_bug_is_no_refusal(error: Exception) -> None:
    """Whatever isn't Temporal's keeps its traceback."""
    assert sentence(error, CLOUD) is None


def test_every_refusal_has_a_sentence() -> None:
    """No kind of refusal is without words, and each names a setting, a verb or what to do."""
    statuses = [RPCError("", status, b"") for status in RPCStatusCode]
    told = {refusal_of(error) for error in statuses} - {None}
    assert told <= set(Refusal)
    for error in statuses:
        if refusal_of(error) is not None:
            assert str(sentence(error, CLOUD)).endswith(".")
