"""Mailboxes, their probe, and the mails that are planned."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client

from database.engine import Database
from database.rollout.policy import set_policy
from domain.identifiers import sender_probe_workflow_id
from domain.portal.roles import Role
from domain.tables.enrolment import NextStep
from domain.tables.sending import LimitsInForce
from tests.api.admin.admins import Entra
from tests.api.admin.rest.rest import is_problem, running_rest
from tests.cli.people.conftest import WHEN, fill
from tests.database.values import MAILBOX, person, put

UNUSED = "unused@contoso.com"


async def test_mailboxes_and_planned_mails(
    client: Client, tmp_path: Path, sqlite_database: Database, entra: Entra
) -> None:
    """Each has its state and budget, an admin tries one, and mails are counted by day."""
    now = datetime.now(UTC)
    await fill(sqlite_database, now)
    due = {"next_step": NextStep.INVITATION, "due_at": now - timedelta(hours=1)}
    await put(sqlite_database, person(8, batch_id="winter", **due))
    queue = "rest-mails"
    limits = LimitsInForce(per_minute=28, per_hour=1200, per_day=8000)
    async with sqlite_database.writing() as connection:
        await set_policy(connection, limits, now=now)
    async with running_rest(
        client,
        tmp_path,
        sqlite_database,
        entra,
        task_queue=queue,
        sender_mailboxes=(MAILBOX, UNUSED),
        answer_within=timedelta(minutes=10),
    ) as rest:
        used, unused = (await rest.get("/api/mailboxes")).json()["mailboxes"]
        assert (used["address"], used["state"], used["since"]) == (
            *(MAILBOX, "ready"),
            WHEN.isoformat().replace("+00:00", "Z"),
        )
        left = [used[f"leftIn{span}"] for span in ("Minute", "Hour", "Day")]
        assert left == [28, 1200, 8000]
        assert (unused["address"], {*unused.values()}) == (UNUSED, {UNUSED, None})

        planned = (await rest.get("/api/planned-mails")).json()
        assert planned["due"] == [{"mailbox": MAILBOX, "mails": 1}]
        (later,) = planned["days"]
        assert (later["day"], later["mails"]) == (f"{now + timedelta(days=3):%Y-%m-%d}", 1)
        winter = (await rest.get("/api/planned-mails", batch="winter")).json()
        assert (len(winter["due"]), winter["days"], winter["later"]) == (1, [], 0)
        assert is_problem(await rest.get("/api/planned-mails", batch="summer"), 404)

        probe, body = "/api/mailboxes/probe", {"mailbox": UNUSED}
        assert is_problem(await rest.call("POST", probe, Role.HELPDESK, json=body), 403)
        other = {"mailbox": "eve@contoso.com"}
        assert is_problem(await rest.call("POST", probe, Role.ADMIN, json=other), 422)
        handle = client.get_workflow_handle(sender_probe_workflow_id(queue, 1))
        runs = []
        for key in ("a", "a", "b"):
            again = {"Idempotency-Key": key}
            answer = await rest.call("POST", probe, Role.ADMIN, json=body, headers=again)
            assert (answer.status_code, answer.json()) == (202, body | {"probed": True})
            runs.append((await handle.describe()).run_id)
        entries = (await rest.get("/api/audit")).json()["entries"]
    assert runs[0] == runs[1] != runs[2], "the same key probes once"
    assert len(entries) == 4
    assert (entries[-1]["action"], entries[-1]["reason"]) == ("probe-mailbox", UNUSED)
    assert (await handle.describe()).workflow_type == "SenderProbeWorkflow"
    await handle.terminate("the test has ended")
