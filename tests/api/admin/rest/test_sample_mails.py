"""The mails with sample names over REST: listed, shown, and sent to whoever asks."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.reports.sample import SampleMailInput, SampleMailResult, SampleOutcome
from database.engine import Database
from domain.mail.languages import LANGUAGES
from domain.portal.roles import Role
from domain.status import MailKind
from tests.api.admin.admins import Entra
from tests.api.admin.rest.rest import CALLER, Rest, is_problem, running_rest
from tests.database.values import MAILBOX
from worker.build import SANDBOX
from workflows.sample_mail import SampleMailWorkflow

SAMPLES = "/api/sample-mails"
WANTED = {"kind": "reminder", "number": 2, "language": "de"}


async def test_each_mail_is_told_and_leads_nowhere(rest: Rest) -> None:
    """All that are listed can be looked at, and no link of a page leads anywhere."""
    listed = (await rest.call("GET", SAMPLES, Role.READER)).json()
    assert listed["languages"] == list(LANGUAGES)
    assert {one["kind"] for one in listed["mails"]} == set(MailKind)
    for one in listed["mails"]:
        path = f"{SAMPLES}/{one['kind']}/{one['number']}/de"
        told = (await rest.call("GET", path, Role.READER)).json()
        assert {name: told[name] for name in one} == one
        assert told["subject"]
        page = await rest.call("GET", f"{path}/page.html", Role.READER)
        assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert "Ada Lovelace" in page.text
        for never in ("href=", "/api/track-open", "cid:"):
            assert never not in page.text


@pytest.mark.parametrize("path", ["reminder/7/de", "invitation/1/xx", "invitation/2/en/page.html"])
async def test_others_there_are_not(rest: Rest, path: str) -> None:
    """Of a number or a language that isn't listed there is no mail."""
    assert is_problem(await rest.get(f"{SAMPLES}/{path}"), 404)


async def test_only_a_person_who_may_gets_one(rest: Rest) -> None:
    """Not whoever only looks, nor an app, which has no address; Temporal away is told."""
    send = f"{SAMPLES}/send"
    for role in (Role.HELPDESK, Role.READER):
        assert is_problem(await rest.call("POST", send, role, json=WANTED), 403)
    assert is_problem(await rest.call("POST", send, Role.ADMIN, json=WANTED | {"number": 7}), 404)
    token = rest.token(Role.ADMIN, scp=None, idtyp="app")
    headers = {"Authorization": f"Bearer {token}"}
    assert is_problem(await rest.call("POST", send, json=WANTED, headers=headers), 409)
    assert is_problem(await rest.call("POST", send, Role.ADMIN, json=WANTED), 503)


ANSWERS = (
    (SampleMailResult(outcome=SampleOutcome.SENT, sender=1), 200, f"from {MAILBOX}."),
    (SampleMailResult(outcome=SampleOutcome.REDIRECTED, sender=0), 200, "MAIL_REDIRECT_TO"),
    (SampleMailResult(outcome=SampleOutcome.NO_ADDRESS), 409, "has no mail address"),
    (SampleMailResult(outcome=SampleOutcome.NO_SENDER), 409, "no mailbox may send now"),
    (SampleMailResult(outcome=SampleOutcome.FAILED, failure="Grant it."), 409, "Grant it."),
)


@pytest.mark.wording
async def test_a_mail_is_sent_to_whoever_asks(
    client: Client,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
    entra: Entra,
) -> None:
    """A worker sends it to the caller's account; what became of it is the answer, and is logged."""
    asked: list[SampleMailInput] = []

    @activity.defn
    async def send_sample_mail(input: SampleMailInput) -> SampleMailResult:
        asked.append(input)
        return ANSWERS[len(asked) - 1][0]

    queue = unique("queue")
    async with (
        Worker(
            client,
            task_queue=queue,
            workflows=[SampleMailWorkflow],
            activities=[send_sample_mail],
            workflow_runner=SANDBOX,
        ),
        running_rest(
            client,
            tmp_path,
            sqlite_database,
            entra,
            task_queue=queue,
            sender_mailboxes=("first@x.example", MAILBOX),
            result_within=timedelta(minutes=10),
        ) as rest,
    ):
        for key, (result, status, said) in enumerate(ANSWERS):
            again = {"Idempotency-Key": str(key)}
            answer, repeated = [
                await rest.call("POST", f"{SAMPLES}/send", Role.ADMIN, json=WANTED, headers=again)
                for _ in range(2)
            ]
            assert repeated.json() == answer.json()
            assert answer.status_code == status
            told = answer.json()
            assert said in told["message" if status == 200 else "detail"]
            assert status != 200 or told["outcome"] == result.outcome
        entry = (await rest.get("/api/audit")).json()["entries"][-1]
    assert (entry["action"], entry["reason"]) == ("send-test-mail", "Reminder 2, de")
    assert [one.object_id for one in asked] == [CALLER] * len(ANSWERS), "a key sends once"
    sample = asked[0].sample
    assert (sample.kind, sample.number, sample.language) == (MailKind.REMINDER, 2, "de")
