"""Tests of the registration report and the organisation."""

from datetime import timedelta

import httpx

from simulated_tenant import SimulatedTenant
from small_tenant import Clock, code_of

REPORT = "/reports/authenticationMethods/userRegistrationDetails"


async def test_the_report_tells_who_is_registered(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A strong method counts, a single factor is named and doesn't, and the filter selects."""
    tenant.register_method("ann@contoso.example", "fido2")
    for single_factor in ("email", "temporaryAccessPass", "qrCodePin"):
        tenant.register_method("bo@contoso.example", single_factor)
    rows = (await graph.get(REPORT)).json()["value"]
    registered = {row["userPrincipalName"]: row["isMfaRegistered"] for row in rows}
    filtered = await graph.get(REPORT, params={"$filter": "isMfaRegistered eq true"})
    assert registered == {
        "ann@contoso.example": True,
        "bo@contoso.example": False,
        "mfa@contoso.example": False,
    }
    named = {row["userPrincipalName"]: row["methodsRegistered"] for row in rows}
    assert named["bo@contoso.example"] == ["email", "temporaryAccessPass", "qrCode"]
    assert [row["methodsRegistered"] for row in filtered.json()["value"]] == [
        ["passKeyDeviceBound"]
    ]


async def test_a_hardware_token_is_in_the_report_alone(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Graph v1.0 doesn't list such tokens among a person's methods."""
    ann = tenant.user("ann@contoso.example")
    tenant.register_method(ann.id, "hardwareOath")
    told = (await graph.get(f"{REPORT}/{ann.id}")).json()
    methods = (await graph.get(f"/users/{ann.id}/authentication/methods")).json()["value"]
    assert (told["isMfaRegistered"], told["methodsRegistered"]) == (
        True,
        ["hardwareOneTimePasscode"],
    )
    assert [one["@odata.type"] for one in methods] == [
        "#microsoft.graph.passwordAuthenticationMethod"
    ]


async def test_the_report_is_late(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """A registration appears only after the lag, and the refresh time says so."""
    tenant.report_lag = timedelta(minutes=30)
    ann = tenant.user("ann@contoso.example")
    tenant.register_method(ann.id)
    early = (await graph.get(f"{REPORT}/{ann.id}")).json()
    clock.advance(timedelta(minutes=31))
    late = (await graph.get(f"{REPORT}/{ann.id}")).json()
    assert (early["isMfaRegistered"], late["isMfaRegistered"]) == (False, True)
    assert early["lastUpdatedDateTime"] == "2026-03-02T08:30:00Z"


async def test_the_report_needs_a_licence(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Without P1 it is a 403 with a code of its own."""
    tenant.premium = False
    response = await graph.get(REPORT)
    assert response.status_code == 403
    assert code_of(response) == "Authentication_RequestFromNonPremiumTenantOrB2CTenant"


async def test_the_organisation_has_its_domains(graph: httpx.AsyncClient) -> None:
    """It is a collection of one, with the verified domains."""
    [organisation] = (await graph.get("/organization")).json()["value"]
    assert [domain["name"] for domain in organisation["verifiedDomains"]] == ["contoso.example"]
    assert organisation["verifiedDomains"][0]["isDefault"] is True
