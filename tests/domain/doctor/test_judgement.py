"""How facts become lines of doctor."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.doctor.checks import Blind, Check, Fault, Finding, Good, found
from domain.doctor.commands import COMMANDS, command
from domain.doctor.permissions import judge_permissions
from domain.doctor.public_url import Readiness, judge_public_url
from domain.doctor.sender_domain import policy_domains
from domain.doctor.temporal import QueueFacts, judge_workers
from domain.doctor.texts import BLIND, CHECKS, FAULTS, GOOD, REMEDIES
from domain.doctor.wording import text, title

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
JUST_NOW = NOW - timedelta(seconds=59)
LONG_AGO = NOW - timedelta(minutes=4)
GUIDE = (
    "User.Read.All",
    "UserAuthenticationMethod.Read.All",
    "GroupMember.ReadWrite.All",
    "Sites.Selected",
    "AuditLog.Read.All",
)
READY = {
    "instance": "me",
    "temporal": "ok",
    "outbox": "ok",
    "client": {"address": "192.0.2.7", "forwarded_for": "trusted"},
}


def whats(lines: list[Finding]) -> list[Good | Fault | Blind]:
    """Return what lines say."""
    return [line.what for line in lines]


@pytest.mark.parametrize(
    ("kinds", "table"),
    [(Check, CHECKS), (Good, GOOD), (Fault, FAULTS), (Fault, REMEDIES), (Blind, BLIND)],
)
def test_every_kind_has_its_text(kinds: type, table: dict[object, str]) -> None:
    """No check, fault or reason is without a sentence, and no sentence without its kind."""
    assert set(table) == set(kinds)  # type: ignore[call-overload]


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_remedy(fault: Fault) -> None:
    """A fault has advice or a command; the sentence about a setting ends with a right value."""
    assert REMEDIES[fault] or fault in COMMANDS or fault is Fault.SETTING


@pytest.mark.parametrize(
    ("roles", "wanted"),
    [
        (GUIDE, [Good.PERMISSIONS]),
        # A directory role over the one group, which no token shows.
        ((*GUIDE[:2], "GroupMember.Read.All", *GUIDE[3:]), [Good.PERMISSIONS]),
        (GUIDE[1:], [Fault.PERMISSIONS_MISSING]),
        # Wider than needed is not missing as well.
        ((*GUIDE[1:], "User.ReadWrite.All"), [Fault.PERMISSIONS_TOO_WIDE]),
        ((*GUIDE, "Mail.ReadWrite", "Mail.Send"), [Fault.MAIL_CONSENTED]),
        ((), [Fault.PERMISSIONS_MISSING]),
    ],
)
def test_permissions(roles: tuple[str, ...], wanted: list[Good | Fault]) -> None:
    """What the guide grants is right, less is missing, more is too wide."""
    assert whats(judge_permissions(roles, client_id="app")) == wanted


@pytest.mark.parametrize(
    ("queue", "wanted"),
    [
        (QueueFacts(polled_at=JUST_NOW), Good.WORKERS),
        (QueueFacts(polled_at=JUST_NOW, partitions=4, paced=True), Good.SEVERAL_PARTITIONS),
        (QueueFacts(polled_at=JUST_NOW, partitions=4), Good.WORKERS),
        (QueueFacts(polled_at=LONG_AGO), Fault.NO_WORKER),
        (QueueFacts(polled_at=None), Fault.NO_WORKER),
    ],
)
def test_workers(queue: QueueFacts, wanted: Good | Fault) -> None:
    """A queue has a worker if it was polled lately: the server still names those that ended."""
    assert whats(judge_workers({"queue": queue}, now=NOW)) == [wanted]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, [Good.PUBLIC_URL, Good.CLIENT_ADDRESS]),
        ({"instance": "another"}, [Fault.URL_OTHER_ROLLOUT]),
        ({"instance": 7}, [Fault.URL_NOT_OURS]),
        ({"outbox": "cannot be written"}, [Fault.API_NOT_READY, Good.CLIENT_ADDRESS]),
        (
            {"client": {"address": "10.0.0.2", "forwarded_for": "none"}},
            [Good.PUBLIC_URL, Fault.PROXY_HIDES_CLIENTS],
        ),
        ({"client": "nonsense"}, [Good.PUBLIC_URL, Good.CLIENT_ADDRESS]),
    ],
)
def test_public_url(changes: dict[str, object], wanted: list[Good | Fault]) -> None:
    """What answers at the public URL is an API of this rollout, is ready, and sees clients."""
    answer = Readiness.parse(200, READY | changes)
    lines = judge_public_url("https://mfa.contoso.com", answer, instances={"me"})
    assert whats(lines) == wanted


@pytest.mark.parametrize("body", [None, [], "x", {}, {"instance": None}])
def test_anything_may_answer_at_the_public_url(body: object) -> None:
    """An answer of any form is that of something else."""
    lines = judge_public_url("https://x", Readiness.parse(404, body), instances=None)
    assert whats(lines) == [Fault.URL_NOT_OURS]


@pytest.mark.parametrize(
    ("domain", "wanted"),
    [
        ("contoso.com", ["contoso.com"]),
        ("mail.eu.contoso.com", ["mail.eu.contoso.com", "eu.contoso.com", "contoso.com"]),
        ("localhost", ["localhost"]),
    ],
)
def test_a_policy_counts_for_the_domains_below(domain: str, wanted: list[str]) -> None:
    """A DMARC record is looked for at the domain and at each above it, but the top one."""
    assert policy_domains(domain) == wanted


def test_a_line_in_words() -> None:
    """What is filled in may hold braces; a line after another one names that one."""
    line = found(Check.SENDER, Fault.MAILBOX, "mfa@contoso.com", sentence="{weird}")
    assert text(line) == "{weird}"
    assert title(line).endswith(" mfa@contoso.com")
    assert command(line) == ""
    blind = found(Check.SITE, Blind.AFTER_ANOTHER, other="sign_in")
    assert CHECKS[Check.SIGN_IN] in text(blind)
