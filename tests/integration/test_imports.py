"""Imports as an admin makes them: from the command line and over HTTP, by real processes."""

import json
import ssl

import httpx
import pytest

from cli.processes.demo import demo_tenant
from cli.terminal import ExitStatus
from domain.imports.reasons import RowReason
from domain.imports.report import Count
from domain.imports.texts import ROW_TEXTS
from domain.plain_text import beginning
from simulated_tenant import population
from tests.support.product import Product
from tests.support.texts import counted, rejected


@pytest.fixture(scope="module")
async def product(own_product: Product) -> Product:
    """Have the whole list; guests are enrolled, and one group is left alone."""
    return own_product


def written(product: Product, name: str, *rows: str, header: str = "UPN") -> str:
    """Write a file; return its path."""
    path = product.layout.folder / f"{name}.csv"
    path.write_text("\n".join([header, *rows]))
    return str(path)


async def admin_token(product: Product) -> str:
    """Return the access token of a script that holds the role."""
    roles = {population.API_CLIENT_ID: ["Rollout.Admin"]}
    app = f"/control/apps/{population.WORKER_CLIENT_ID}"
    (await product.control.patch(app, json={"assigned_roles": roles})).raise_for_status()
    trusted = ssl.create_default_context(cafile=product.environment["CA_BUNDLE"])
    authority = f"{product.environment['AUTHORITY_HOST']}/{demo_tenant().tenant_id}"
    form = {
        "grant_type": "client_credentials",
        "scope": f"api://{population.API_CLIENT_ID}/.default",
        "client_id": demo_tenant().client_id,
        "client_secret": demo_tenant().client_secret,
    }
    async with httpx.AsyncClient(verify=trusted, trust_env=False) as entra:
        response = await entra.post(f"{authority}/oauth2/v2.0/token", data=form)
    token: str = response.raise_for_status().json()["access_token"]
    return token


async def test_a_dry_run_comes_before_the_import(product: Product) -> None:
    """It names every obstacle and enrols nobody; then the import does what it said."""
    ada = await product.add_person("dry.ada")
    bob = await product.add_person("dry.bob", accountEnabled=False)
    file = written(product, "dry", ada, "nobody@contoso.example", bob, "?", ada.upper())

    status, output = await product.run("import", file, "--batch-id=dry", "--dry-run")

    assert status == ExitStatus.REJECTED_ROWS, output
    words = " ".join(output.split())
    for expected in (
        counted(Count.RESOLVED, 2),
        counted(Count.TO_INVITE, 1),
        counted(Count.DISABLED, 1),
        counted(Count.NO_MANAGER, 2),
        counted(Count.UNKNOWN, 1),
        counted(Count.REPEATED, 1),
        counted(Count.REJECTED, 2),
        rejected(3, RowReason.UNKNOWN),
        rejected(4, RowReason.DISABLED),
        rejected(5, RowReason.NOT_AN_ADDRESS),
        rejected(6, RowReason.REPEATED),
        "Last invitation",
        "which takes 1 day from 1 mailbox. To send all in one day takes",
        "Dry run: no enrolment was started, and the tracking list was not changed.",
    ):
        assert expected in words, output
    assert await product.row(ada) == {}
    assert await product.row("nobody@contoso.example") == {}

    status, output = await product.run("import", file, "--batch-id=dry")

    assert status == ExitStatus.REJECTED_ROWS, output
    words = " ".join(output.split())
    assert counted(Count.STARTED, 2) in words
    assert counted(Count.REJECTED, 2) in words
    assert "at the earliest" in words
    await product.row_with(ada, InviteStatus="Sent")
    again = " ".join((await product.run("import", file, "--dry-run"))[1].split())
    assert counted(Count.ALREADY_ENROLLED, 2) in again
    assert counted(Count.TO_INVITE, 0) in again


@pytest.mark.long
async def test_a_report_for_programs(product: Product) -> None:
    """``--json`` prints the report as the API has it, and nothing else on standard output."""
    ada = await product.add_person("json.ada")
    file = written(product, "json", ada, "?", ada)
    for arguments in (["--dry-run"], []):
        status, output, _ = await product.run_apart(
            "import", file, "--batch-id=json", "--json", *arguments
        )
        report = json.loads(output)
        assert status == ExitStatus.REJECTED_ROWS
        assert (report["batchId"], report["state"]) == ("json", "ended")
        assert report["dryRun"] is bool(arguments)
        assert [row["line"] for row in report["rejected"]] == [3]
        assert [row["line"] for row in report["repeated"]] == [4]
    assert report["started"] == 1
    await product.row_with(ada, InviteStatus="Sent")

    status, output, _ = await product.run_apart("status", "--batch-id=json", "--json")

    counts = json.loads(output)
    assert (status, counts["batchId"]) == (ExitStatus.DONE, "json")
    assert sum(counts["people"].values()) == 1
    assert counts["stuck"] == 0


async def test_guests_are_mailed_where_they_live(product: Product) -> None:
    """With ``GUESTS=include`` the mail goes to ``mail``; without one the guest isn't mailed."""
    home = "grace@fabrikam.example"
    guest = await product.add_person(
        "grace_fabrikam.example#EXT#", userType="Guest", mail=home, accountEnabled=True
    )
    without = await product.add_person("nomail_x.example#EXT#", userType="Guest", mail=None)
    file = written(product, "guests", guest, without)

    _, dry_run = await product.run("import", file, "--dry-run")
    await product.run("import", file, "--batch-id=guests")

    assert beginning(ROW_TEXTS[RowReason.NO_MAIL]) in dry_run
    await product.row_with(guest, InviteStatus="Sent")
    sent = await product.control.get(
        f"/control/mailboxes/{demo_tenant().sender}/messages", params={"folder": "sentitems"}
    )
    addresses = [address for mail in sent.json()["value"] for address in mail["to"]]
    assert home in addresses
    assert without not in addresses


async def test_excluded_people_are_left_alone(product: Product) -> None:
    """A member of the excluded group is rejected; so is everybody while the group is unreadable."""
    out, other = [await product.add_person(f"excluded.{name}") for name in ("out", "other")]
    person = (await product.control.get(f"/control/users/{out}")).json()
    group = population.EXCLUDED_GROUP_ID
    await product.control.post(f"/control/groups/{group}/members", json={"memberId": person["id"]})
    file = written(product, "excluded", out, other)
    await product.fault(method="POST", path="/checkMemberGroups", status=403, times=10)

    _, closed = await product.run("import", file, "--batch-id=closed")
    await product.control.delete("/control/faults")
    _, opened = await product.run("import", file, "--batch-id=opened")

    assert closed.count(ROW_TEXTS[RowReason.EXCLUDED]) == 2
    assert opened.count(ROW_TEXTS[RowReason.EXCLUDED]) == 1
    assert await product.row(out) == {}
    await product.row_with(other, InviteStatus="Sent")


async def test_an_import_over_http(product: Product) -> None:
    """A script with the role uploads a file, and reads the finished report."""
    ada = await product.add_person("http.ada")
    headers = {"Authorization": f"Bearer {await admin_token(product)}"}
    files = {"file": ("people.csv", f"UPN\n{ada}\n?\n".encode(), "text/csv")}

    posted = await product.public.post(
        "/api/upload-users", files=files, data={"batchId": "http"}, headers=headers
    )
    report = await product.public.get("/api/batches/http", params={"wait": "25"}, headers=headers)

    assert posted.status_code == 202, posted.text
    assert [row["line"] for row in posted.json()["rejected"]] == [3]
    assert (report.json()["state"], report.json()["started"]) == ("ended", 1)
    await product.row_with(ada, InviteStatus="Sent", SourceBatchId="http")
