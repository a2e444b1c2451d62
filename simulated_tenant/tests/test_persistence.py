"""Tests of state that survives a restart."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.certificates import certificate_authority
from simulated_tenant.faults import Fault, Late
from simulated_tenant.population import (
    DOMAIN,
    GROUP_ID,
    LIST_ID,
    LIST_NAME,
    SENDER,
    SITE_ID,
    TENANT_ID,
    WORKER_CLIENT_ID,
    populate,
)
from simulated_tenant.testing import graph_client

ITEMS = f"/sites/{SITE_ID}/lists/{LIST_ID}/items"
ANN = f"sean.obrien@{DOMAIN}"


def opened(directory: Path) -> SimulatedTenant:
    """Open the tenant whose state is in a directory."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID, domains=(DOMAIN,), data_dir=directory)
    populate(tenant)
    return tenant


async def written(graph: httpx.AsyncClient, method: str, url: str, body: object = None) -> str:
    """Make a call that must succeed; return the new thing's id."""
    response = await graph.request(method, url, json=body)
    assert response.is_success, response.text
    return str(response.json().get("id", "")) if response.content else ""


async def test_everything_that_was_written_is_there_again(tmp_path: Path) -> None:
    """People, methods, members, rows, indexes, mails and tokens are the same after a restart."""
    first = opened(tmp_path)
    person = first.user(ANN)
    reader = {"emailAddress": {"address": ANN}}
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{person.id}"}
    async with graph_client(first, WORKER_CLIENT_ID) as graph:
        bearer = graph.headers["Authorization"]
        await written(graph, "POST", f"/groups/{GROUP_ID}/members/$ref", reference)
        await written(graph, "POST", ITEMS, {"fields": {"Title": "a", "TrackingToken": "t"}})
        await written(graph, "POST", ITEMS, {"fields": {"Title": "b"}})
        await written(graph, "DELETE", f"{ITEMS}/2")
        delta = (await graph.get(f"{ITEMS}/delta?token=latest")).json()["@odata.deltaLink"]
        await written(graph, "PATCH", f"{ITEMS}/1/fields", {"ReminderCount": 1})
        body = {"subject": "Hi", "toRecipients": [reader]}
        message_id = await written(graph, "POST", f"/users/{SENDER}/messages", body)
        await written(graph, "POST", f"/users/{SENDER}/messages/{message_id}/send")
    first.register_method(person.id, "phone")
    first.delete_user(f"emma.wilson@{DOMAIN}")
    first.close()

    second = opened(tmp_path)
    async with graph_client(second, WORKER_CLIENT_ID) as graph:
        graph.headers["Authorization"] = bearer
        query = {"$filter": "fields/TrackingToken eq 't'", "$expand": "fields"}
        [row] = (await graph.get(ITEMS, params=query)).json()["value"]
        duplicate = await graph.post(ITEMS, json={"fields": {"Title": "A"}})
        third = await written(graph, "POST", ITEMS, {"fields": {"Title": "c"}})
        changes = (await graph.get(delta)).json()["value"]
    assert second.members(GROUP_ID) == [person.id]
    assert [method.type for method in second.user(ANN).methods] == ["password", "phone"]
    assert [mail.subject for mail in second.mailbox(ANN)] == ["Hi"]
    assert [mail.subject for mail in second.mailbox(SENDER, "sentitems")] == ["Hi"]
    assert row["fields"]["ReminderCount"] == 1
    assert duplicate.status_code == 409
    assert third == "3"
    assert [item["id"] for item in changes] == ["1", "3"]
    with pytest.raises(KeyError):
        second.user(f"emma.wilson@{DOMAIN}")
    assert second.sites.find_list(SITE_ID, LIST_NAME) is not None
    second.close()


async def test_faults_are_gone_after_a_restart(tmp_path: Path) -> None:
    """What a test made fail doesn't fail for ever."""
    first = opened(tmp_path)
    first.faults.add(Fault(status=503, times=None))
    first.faults.late(Late.ITEM, timedelta(hours=1))
    first.close()
    second = opened(tmp_path)
    async with graph_client(second, WORKER_CLIENT_ID) as graph:
        assert (await graph.get(f"/users/{ANN}")).status_code == 200
        await written(graph, "POST", ITEMS, {"fields": {"Title": "a"}})
        assert (await graph.get(f"{ITEMS}/1")).status_code == 200
    second.close()


def test_the_certificate_authority_is_kept(tmp_path: Path) -> None:
    """Clients that trust it need no new file."""
    first = certificate_authority(tmp_path).cert_pem.bytes()
    again = certificate_authority(tmp_path).cert_pem.bytes()
    assert first == again == (tmp_path / "ca.pem").read_bytes()


def test_private_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    """Neither the signing key nor the authority's key can be read by others."""
    tenant = opened(tmp_path)
    tenant.access_token(WORKER_CLIENT_ID)
    certificate_authority(tmp_path)
    modes = [(tmp_path / name).stat().st_mode & 0o077 for name in ("ca-key.pem", "signing-key.pem")]
    tenant.close()
    assert modes == [0, 0]
