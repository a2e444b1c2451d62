"""Microsoft's own SDK and identity library work with the tenant, and find out a mutated one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

import httpx
import pytest

from simulated_tenant import create_app
from simulated_tenant.entra.keys import SigningKey
from simulated_tenant.faults import Fault
from simulated_tenant.testing import TENANT_ID, running_tenant
from tests.contract.simulated import CLIENT_ID, GRAPH_URL, USER, Things, Wrapper
from tests.truth import sdk
from tests.truth.mutation import Change, Mutation, code_changed, dropped, renamed, status_changed
from tests.truth.sdk_checks import CHECKS, Subject, refusals_are_understood
from tests.truth.tour import new_things

SECRET = "the-secret-of-the-sdk-0123456789"

pytestmark = sdk.MARKS

MUTATIONS: dict[str, tuple[str, str, str, Change]] = {
    "a property is renamed": (
        "users_and_their_manager",
        "GET",
        r"/users/[^/]+$",
        renamed("mail", "email"),
    ),
    "the type is dropped": (
        "methods_of_every_type",
        "GET",
        "/methods$",
        dropped("@odata.type"),
    ),
    "a status is changed": (
        "a_group_and_its_members",
        "POST",
        r"/members/\$ref$",
        status_changed(400, 200),
    ),
    "a required property is dropped": ("a_draft_is_sent", "POST", "/messages$", dropped("id")),
    "an error code is changed": (
        "refusals_are_understood",
        "GET",
        r"/users/[^/]+$",
        code_changed("Request_ResourceNotFound", "ResourceNotFound"),
    ),
    "the fields are renamed": (
        "a_list_and_its_items",
        "POST",
        "/items$",
        renamed("fields", "field"),
    ),
}


@pytest.fixture
def made(signing_key: SigningKey) -> Things:
    """Return a tenant of one's own."""
    return new_things(signing_key)


@asynccontextmanager
async def sdk_of(made: Things, wrapper: Wrapper = lambda app: app) -> AsyncIterator[Subject]:
    """Yield Microsoft's client of a tenant, without a socket."""
    transport = httpx.ASGITransport(app=wrapper(create_app(made.tenant)))
    token = made.tenant.access_token(CLIENT_ID)
    async with httpx.AsyncClient(transport=transport, base_url=GRAPH_URL) as http:
        client = sdk.graph_service_client(
            GRAPH_URL, sdk.bearer(token, httpx.URL(GRAPH_URL).host), http
        )
        yield subject_of(made, client)


def subject_of(made: Things, client: object) -> Subject:
    """Return what the checks need."""
    user = made.tenant.user(USER)
    return Subject(
        client=client,
        user_id=user.id,
        manager_id=str(user.manager_id),
        group_id=made.group_id,
        site_id=made.site.id,
        list_id=made.list_id,
    )


@pytest.mark.parametrize("name", CHECKS)
async def test_the_sdk_works_with_the_tenant(name: str, made: Things) -> None:
    """Microsoft's client gets along with the tenant in this area."""
    async with sdk_of(made) as subject:
        await CHECKS[name](subject)


@pytest.mark.parametrize("name", MUTATIONS)
async def test_the_sdk_objects_to_a_mutated_tenant(name: str, made: Things) -> None:
    """The same check fails where the tenant isn't true to Microsoft."""
    check, method, path, change = MUTATIONS[name]
    mutation = Mutation(name=name, method=method, path=path, change=change)
    async with sdk_of(made, mutation) as subject:
        with pytest.raises((Exception, pytest.fail.Exception)):
            await CHECKS[check](subject)
    assert mutation.hits


async def test_the_sdk_obeys_the_tenants_throttling(made: Things) -> None:
    """A 429 with ``Retry-After`` is waited for and made good by the SDK's own middleware."""
    fault = made.tenant.faults.add(Fault(path="/manager", status=429, retry_after="1"))
    async with sdk_of(made) as subject:
        assert await subject.user.manager.get() is not None
    assert fault.hits == 1


async def test_azure_identity_signs_in(made: Things) -> None:
    """Microsoft's identity library gets a token over TLS, with which its SDK reads a user."""
    app = made.tenant.apps.get(CLIENT_ID)
    assert app is not None
    app.secrets = [SECRET]
    made.tenant.apps.put(app)
    identity = import_module("azure.identity")
    async with running_tenant(made.tenant) as running:

        def token(secret: str) -> str:
            with identity.ClientSecretCredential(
                TENANT_ID,
                CLIENT_ID,
                secret,
                authority=running.origin,
                disable_instance_discovery=True,
                connection_verify=str(running.ca_path),
            ) as credential:
                return str(credential.get_token("https://graph.microsoft.com/.default").token)

        bearer = sdk.bearer(await asyncio.to_thread(token, SECRET), "localhost")
        # The SDK wraps the client's transport, and would leave it open.
        async with (
            httpx.AsyncHTTPTransport(verify=running.tls(), trust_env=False) as transport,
            httpx.AsyncClient(transport=transport, base_url=running.graph_url) as http,
        ):
            client = sdk.graph_service_client(running.graph_url, bearer, http)
            await refusals_are_understood(subject_of(made, client))
        with pytest.raises(sdk.of("azure.core.exceptions", "ClientAuthenticationError")) as no:
            await asyncio.to_thread(token, "not-the-secret")
        assert "AADSTS7000215" in str(no.value)
