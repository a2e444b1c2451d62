"""Small rules that larger tests pass by: counts, defaults, sentences, and events that are told."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.doctor.checks import Check, Fault, Finding, Good, found, reported_fault
from domain.doctor.public_url import Readiness
from domain.doctor.sender_domain import judge_domain
from domain.doctor.temporal import QueueFacts, judge_workers
from domain.doctor.wording import remedy
from domain.enrolment.policy import Policy
from domain.enrolment.transitions import email_opened, registration_seen
from domain.forecast.rates_text import RatesTextError, read_rates
from domain.imports.address import nearest
from domain.imports.file import MAX_BYTES, read_import_file
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import RowReason
from domain.imports.report import ImportReport, PersonResult, StartOutcome
from domain.imports.rows import ReportedRow, RowFault
from domain.imports.texts import row_text
from domain.instants import microseconds
from domain.mail.outbound_policy import exceeds_strict
from domain.tables.story import StoryKind
from tests.domain.enrolment.states import START, clicked, sent

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
POLICY = Policy()


def test_a_fault_is_reported_and_read_again() -> None:
    """What a process reports of itself comes back whole; anything else is no fault."""
    fault = found(Check.SENDER_DOMAIN, Fault.SPF_MISSING, "contoso.com", domain="contoso.com")
    kept = fault.as_json()
    assert kept == {
        "check": Check.SENDER_DOMAIN.value,
        "fault": Fault.SPF_MISSING.value,
        "about": "contoso.com",
        "facts": {"domain": "contoso.com"},
    }
    assert reported_fault(kept) == fault
    for broken in (None, {}, {**kept, "check": "of-a-later-release"}, {**kept, "facts": 1}):
        assert reported_fault(broken) is None
    assert Finding(check=Check.WORKERS, what=Good.WORKERS) == found(Check.WORKERS, Good.WORKERS)


@pytest.mark.wording
def test_only_faults_have_a_remedy() -> None:
    """What is well needs nothing, and a fault says what to do, values filled in."""
    assert remedy(found(Check.WORKERS, Good.WORKERS)) == ""
    (line,) = judge_domain("contoso.com", spf=(), dmarc=("v=DMARC1; p=none",))
    assert line.facts == {"domain": "contoso.com", "include": "spf.protection.outlook.com"}
    assert remedy(line).startswith("Publish a TXT record for contoso.com:")


def test_queues_without_a_worker_are_named_together() -> None:
    """Several names are one line, in their order."""
    queues = {name: QueueFacts(polled_at=None) for name in ("mfa-rollout", "mfa-rollout-mail")}
    (line,) = judge_workers(queues, now=NOW)
    assert line.facts == {"names": "mfa-rollout, mfa-rollout-mail"}


def test_an_answer_that_is_not_the_apis() -> None:
    """Nothing is known but its status."""
    assert Readiness.parse(404, "a page") == Readiness(
        status=404,
        instance=None,
        temporal="",
        outbox="",
        address="",
        forwarded_for="",
        untrusted_at=None,
    )


def test_what_is_told_of_opens_and_registrations() -> None:
    """The first open and each registration are events of the story."""
    state = sent()
    state.story.clear()
    email_opened(state, START + timedelta(hours=1))
    email_opened(state, START + timedelta(hours=2))
    assert [event.kind for event in state.story] == [StoryKind.OPENED]
    state = clicked()
    state.story.clear()
    registration_seen(state, START + timedelta(hours=3))
    assert StoryKind.REGISTERED in {event.kind for event in state.story}


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        (StartOutcome.STARTED, "started"),
        (StartOutcome.ALREADY_ENROLLED, "already_enrolled"),
        (StartOutcome.ALREADY_FINISHED, "already_finished"),
        (StartOutcome.ALREADY_ACTIVE, "already_active"),
        (StartOutcome.CANCELLED, "cancelled"),
    ],
)
def test_people_are_counted_one_by_one(outcome: StartOutcome, name: str) -> None:
    """Each person counts once, and nowhere else."""
    report = ImportReport.empty(dry_run=False)
    for line in (2, 3):
        report.count(PersonResult(line=line, outcome=outcome))
    counts = {
        one: getattr(report, one)
        for one in (
            *("started", "already_enrolled", "already_finished"),
            *("already_active", "cancelled"),
        )
    }
    assert counts == {one: 2 if one == name else 0 for one in counts}
    assert PersonResult(line=2, outcome=outcome).forecast is None


def test_a_row_says_whom_it_may_mean() -> None:
    """The names stand behind the sentence; without any nothing is added."""
    row = ReportedRow(line=2, reason=RowReason.UNKNOWN, candidates=("ada@a.com", "ida@a.com"))
    plain = row_text(ReportedRow(line=2, reason=RowReason.UNKNOWN))
    assert row_text(row) == f"{plain} Did you mean ada@a.com or ida@a.com?"
    assert RowFault(RowReason.UNKNOWN).at(2) == ReportedRow(
        line=2, reason=RowReason.UNKNOWN, detail="", candidates=()
    )


def test_likely_names() -> None:
    """The likest name comes first, as it is written, and at most three are given."""
    names = ["Ada@contoso.com", "ida@contoso.com", "adam@contoso.com", "adas@contoso.com", "x@y.z"]
    found_names = nearest("ada@contoso.con", names)
    assert found_names[0] == "Ada@contoso.com"
    assert len(found_names) == 3
    assert nearest("zebra@elsewhere.org", names) == ()


@pytest.mark.wording
def test_files_that_are_too_large_or_empty() -> None:
    """The sentence names the limit, or the headers that are known."""
    with pytest.raises(ImportFileError, match=r"larger than 10 MiB"):
        read_import_file(b"x" * (MAX_BYTES + 1))
    with pytest.raises(ImportFileError, match=r"header \(\w+, \w+"):
        read_import_file(b" \n")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        # Every line was saved as one quoted cell, blank ones between them.
        ('"UPN;Name"\n\n"ada@contoso.com;Ada"\n', [3]),
        # One line was not: the quotes are those of a cell.
        ('"UPN"\nada@contoso.com\n', [2]),
        ('"UPN";"Name"\n"ada@contoso.com";"Ada"\n', [2]),
    ],
)
def test_lines_that_were_saved_as_one_cell(text: str, lines: list[int]) -> None:
    """They are read as they were before, and keep their numbers."""
    read = read_import_file(text.encode())
    rows = [row for part in read.parts for row in part.rows]
    assert [row.line for row in rows] == lines
    assert [row.address.casefold() for row in rows] == ["ada@contoso.com"]


def test_an_instant_without_a_zone_is_refused() -> None:
    """The message says why."""
    with pytest.raises(ValueError, match="without a time zone"):
        microseconds(NOW.replace(tzinfo=None))
    assert microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000_000


@pytest.mark.parametrize(
    ("per_hour", "per_day", "more"),
    [(400, 800, False), (401, 800, True), (400, 801, True), (1, 1, False)],
)
def test_the_strict_policy(per_hour: int, per_day: int, *, more: bool) -> None:
    """Four hundred an hour, eight hundred a day: what is above blocks a mailbox."""
    assert exceeds_strict(per_hour, per_day) is more


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("invitations=40", "invitations is no rate: use "),
        ("reminder-0=10", "reminders are numbered from 1 to "),
        ("invitation=x", "invitation=x is no number from 0 to 100."),
        ("invitation=101", "invitation=101 is no number from 0 to 100."),
        ("invitation=-1", "invitation=-1 is no number from 0 to 100."),
    ],
)
def test_rates_that_are_wrong(text: str, says: str) -> None:
    """The message names what is wrong, and what is right."""
    with pytest.raises(RatesTextError) as refused:
        read_rates(text)
    assert str(refused.value).startswith(says)
