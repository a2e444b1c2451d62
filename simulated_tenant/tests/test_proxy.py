"""Tests of the proxy that answers in Graph's place."""

import httpx

from simulated_tenant import SimulatedTenant
from small_tenant import GROUP_ID

ANN = "/users/ann@contoso.example"
FORMS = 7


async def test_a_proxy_answers_in_every_form(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """One of two calls is answered by a page, a redirect, nothing, or the half; then anew."""
    tenant.traits.switch("proxy", "2")
    answers = [await graph.get(ANN) for _ in range(2 * FORMS + 2)]
    whole, forged = answers[::2], answers[1::2]
    assert {one.json()["userPrincipalName"] for one in whole} == {"ann@contoso.example"}
    assert [one.status_code for one in forged] == [200, 200, 302, 200, 403, 404, 200, 200]
    begin = ["<html>", '{"@oda', "", "", "<html>", "<html>", "", "<html>"]
    assert [one.text[:6] for one in forged] == begin


async def test_a_proxy_may_have_passed_a_change_on(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Its page comes before the call, its half and one of its empty answers behind it."""
    people = [tenant.add_user(f"proxied{number}@contoso.example").id for number in range(FORMS)]
    tenant.traits.switch("proxy", "1")
    base = "https://graph.microsoft.com/v1.0/directoryObjects"
    for person in people:
        reference = {"@odata.id": f"{base}/{person}"}
        await graph.post(f"/groups/{GROUP_ID}/members/$ref", json=reference)
    added = [person in tenant.members(GROUP_ID) for person in people]
    assert added == [False, True, False, False, False, False, True]
