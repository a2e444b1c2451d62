"""Which step writes which column, by the tenant's own record of the calls; and one id for all."""

import json
from typing import Any
from urllib.parse import unquote, urlsplit

from domain.tracking_list.columns import COLUMNS
from tests.support.product import Product, button, links

# What the seed says each status sets, with what belongs to it; CorrelationId and the like come at
# the beginning.
PENDING = {
    *("Title", "DisplayName_", "InviteStatus", "InGroup", "MFARegistrationState", "TrackingToken"),
    *("ReminderCount", "EscalatedToManager", "Source", "SourceBatchId", "CorrelationId"),
    *("ObjectId", "Department", "LastChecked"),
}
SENT = {"InviteStatus", "InviteSentDate"}
OPENED = {"EmailOpenedDate"}
CHECKED = {"LastChecked"}
REMINDED = {"LastReminderDate", "ReminderCount"}
ESCALATED = {"EscalatedToManager", "EscalationDate", "ManagerUPN"}
CLICKED = {"InviteStatus", "ClickedLinkDate", "AddedToGroupDate", "InGroup"}
ACTIVE = {"InviteStatus", "MFARegistrationState", "MFARegistrationDate", "LastChecked"}
# Where the group takes its time, the click is shown before.
CLICKED_ALONE = {"InviteStatus", "ClickedLinkDate"}
STEPS = [SENT, OPENED, CHECKED, REMINDED, ESCALATED, CLICKED, ACTIVE]


async def exchanges(product: Product) -> list[dict[str, Any]]:
    """Return the calls that the tenant recorded."""
    return (await product.control.get("/control/exchanges")).json()["value"]  # type: ignore[no-any-return]


def writes(calls: list[dict[str, Any]], item_id: str) -> list[set[str]]:
    """Return the columns of each write to a row, its creation first."""
    found = []
    for call in calls:
        path = unquote(urlsplit(call["url"]).path)
        if call["method"] == "POST" and path.endswith("/items"):
            if call["response_body"].get("id") == item_id:
                found.append(set(call["request_body"]["fields"]))
        elif call["method"] == "PATCH" and path.endswith(f"/items/{item_id}/fields"):
            found.append(set(call["request_body"]))
    return found


async def test_every_column_is_written_by_its_step(product: Product) -> None:
    """A whole journey: each step's write holds the columns that the seed names, and no others."""
    await product.control.put("/control/exchanges", json={"enabled": True})
    boss = await product.add_person("boss.columns")
    ada = await product.add_person("ada.columns", department="Research")
    await product.control.put(f"/control/users/{ada}/manager", json={"managerId": boss})
    quick = {"REMINDER_INTERVAL": "3h", "ESCALATE_AFTER": "1", "ESCALATION_GRACE": "2h"}
    await product.import_people(ada, batch_id="columns", **quick)
    mail = await product.mail(ada)
    await product.public.get(links(mail)["pixel"])
    await product.row_with(ada, EscalatedToManager=True)
    landing = await product.public.get(links(mail)["enrol"])
    await product.public.post("/api/enrol", data=button(landing.text))
    await product.row_with(ada, InviteStatus="AddedToGroup")
    await product.control.post(f"/control/users/{ada}/methods", json={"type": "phone"})
    row = await product.row_with(ada, InviteStatus="Active")
    calls = await exchanges(product)
    await product.control.put("/control/exchanges", json={"enabled": False})

    made, *later = writes(calls, row["id"])
    assert made == PENDING
    assert set(row) - {"id"} == {column.name for column in COLUMNS} - {"Notes", "ErrorDetails"}
    assert later[-1] == ACTIVE
    # News that come together are one write, which then holds the columns of several steps.
    odd = [write for write in later if not any(write == one for one in _together())]
    assert odd == []
    done = [step for step in STEPS if any(step <= write for write in later)]
    assert done == STEPS
    _one_id_for_all(calls, row)


def _together() -> list[set[str]]:
    """Return what up to three steps at once would write."""
    steps = [*STEPS, CLICKED_ALONE]
    return [a | b | c for a in steps for b in steps for c in steps]


def _one_id_for_all(calls: list[dict[str, Any]], row: dict[str, Any]) -> None:
    """Make sure that import, row, calls and mails are found under one id."""
    correlation = row["CorrelationId"]
    about_ada = [call for call in calls if row["ObjectId"] in json.dumps([call["url"]])]
    assert about_ada
    assert {call["client_request_id"] for call in about_ada} == {correlation}
    drafts = [
        call["request_body"]
        for call in calls
        if call["method"] == "POST" and call["url"].endswith("/messages")
    ]
    headers = [
        {one["name"]: one["value"] for one in draft["internetMessageHeaders"]} for draft in drafts
    ]
    assert headers
    for one in headers:
        assert one["X-MFA-Rollout-Correlation"] == correlation
        assert len(one) <= 5
