"""Which line of doctor follows from what was found."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.doctor.checks import Check, Fault, Finding, Good, Verdict, after, found, in_order
from domain.doctor.clock import judge_certificate, judge_clock
from domain.doctor.commands import command
from domain.doctor.permissions import APP_ROLE_IDS, GRANTED, holds, judge_permissions
from domain.doctor.public_url import Readiness, judge_public_url
from domain.doctor.sender_domain import judge_domain, policy_domains
from domain.doctor.temporal import (
    QueueFacts,
    judge_namespace,
    judge_schedules,
    judge_search_attributes,
    judge_workers,
)
from domain.doctor.texts import CHECKS
from domain.doctor.tracking_list import ListFacts, judge_columns
from domain.doctor.wording import text, title

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
URL = "https://mfa.contoso.com"
READY = {
    "instance": "one",
    "temporal": "ok",
    "outbox": "ok",
    "clock": "ok",
    "client": {"address": "192.0.2.1", "forwarded_for": "trusted"},
}
GUIDE = sorted(GRANTED)


def whats(findings: list[Finding]) -> list[object]:
    """Return what was found, line by line."""
    return [finding.what for finding in findings]


@pytest.mark.parametrize(
    ("ahead", "what", "facts"),
    [
        (60, Good.CLOCK, {"seconds": "60"}),
        (-60, Good.CLOCK, {"seconds": "60"}),
        (61, Fault.CLOCK, {"seconds": "61", "side": "ahead of"}),
        (-61, Fault.CLOCK, {"seconds": "61", "side": "behind"}),
    ],
)
def test_the_clock_may_be_a_minute_off(ahead: int, what: object, facts: dict[str, str]) -> None:
    """Ahead or behind, and by how much."""
    assert judge_clock(ahead * SECOND) == Finding(check=Check.CLOCK, what=what, facts=facts)  # type: ignore[arg-type]


def test_a_certificate_is_renewed_in_time() -> None:
    """A month before it expires is time enough."""
    month = NOW + 30 * 86_400 * SECOND
    for expires_at, what in (
        (month, Good.CERTIFICATE),
        (month - SECOND, Fault.CERTIFICATE_EXPIRES),
    ):
        line = judge_certificate(expires_at, now=NOW, client_id="c")
        assert (line.what, line.facts) == (
            what,
            {"day": f"{expires_at:%d %b %Y}", "client_id": "c"},
        )


def test_permissions_of_the_guide_are_enough_and_no_more() -> None:
    """Missing ones are named with their ids; wider ones and mail for all mailboxes, too."""
    assert whats(judge_permissions(GUIDE, client_id="c")) == [Good.PERMISSIONS]
    (line,) = judge_permissions([], client_id="c")
    assert line.what is Fault.PERMISSIONS_MISSING
    names = line.facts["names"].split(", ")
    assert names == list(APP_ROLE_IDS)[:4]
    assert line.facts["roles"] == " ".join(f"{APP_ROLE_IDS[name]}=Role" for name in names)
    more = [*GUIDE, "Mail.Send", "Mail.Read", "Sites.FullControl.All"]
    wide, mail = judge_permissions(more, client_id="c")
    assert (wide.what, wide.facts["names"]) == (
        Fault.PERMISSIONS_TOO_WIDE,
        "Sites.FullControl.All",
    )
    assert (mail.what, mail.facts["names"]) == (Fault.MAIL_CONSENTED, "Mail.Read, Mail.Send")
    assert holds(["Mail.Send"], "Sites.", "Mail.")
    assert not holds(["User.Read.All"], "Sites.", "Mail.")


@pytest.mark.parametrize(
    ("instead", "wanted"),
    [
        # A directory role over the one group, which no token shows, goes with the first.
        ({"GroupMember.ReadWrite.All": "GroupMember.Read.All"}, [Good.PERMISSIONS]),
        # What is asked for of a group that hides its members.
        ({"AuditLog.Read.All": "Member.Read.Hidden"}, [Good.PERMISSIONS]),
        ({"User.Read.All": "User.ReadWrite.All"}, [Fault.PERMISSIONS_TOO_WIDE]),
        ({"Sites.Selected": "Sites.FullControl.All"}, [Fault.PERMISSIONS_TOO_WIDE]),
    ],
)
def test_a_wider_permission_is_not_missing_as_well(
    instead: dict[str, str], wanted: list[object]
) -> None:
    """One that includes another stands for it."""
    roles = [instead.get(role, role) for role in GUIDE]
    assert whats(judge_permissions(roles, client_id="c")) == wanted


@pytest.mark.parametrize(
    ("changes", "instances", "expected"),
    [
        ({}, {"one"}, [Good.PUBLIC_URL, Good.CLIENT_ADDRESS]),
        ({}, None, [Good.PUBLIC_URL_UNCOMPARED, Good.CLIENT_ADDRESS]),
        ({}, {"two"}, [Fault.URL_OTHER_ROLLOUT]),
        ({"instance": None}, {"one"}, [Fault.URL_NOT_OURS]),
        ({"temporal": "away"}, {"one"}, [Fault.API_NOT_READY, Good.CLIENT_ADDRESS]),
        ({"outbox": "full"}, {"one"}, [Fault.API_NOT_READY, Good.CLIENT_ADDRESS]),
        ({"clock": "is 700 s behind"}, {"one"}, [Fault.API_CLOCK, Good.CLIENT_ADDRESS]),
        (
            {"client": {"address": "10.0.0.1", "forwarded_for": "untrusted"}},
            {"one"},
            [Good.PUBLIC_URL, Fault.PROXY_NOT_TRUSTED],
        ),
        (
            {"client": {"address": "10.0.0.1", "forwarded_for": "none"}},
            {"one"},
            [Good.PUBLIC_URL, Fault.PROXY_HIDES_CLIENTS],
        ),
        (
            {"untrusted_forwarded_for_at": "2026-03-01"},
            {"one"},
            [Good.PUBLIC_URL, Fault.FORWARDED_FOR_NOT_TRUSTED],
        ),
    ],
)
def test_the_public_url(
    changes: dict[str, Any], instances: set[str] | None, expected: list[object]
) -> None:
    """Whether it is this rollout's API, whether that is ready, and whom it sees."""
    answer = Readiness.parse(200, READY | changes)
    assert whats(judge_public_url(URL, answer, instances=instances)) == expected


@pytest.mark.parametrize("body", [None, [], "text", {"instance": 1}, {}])
def test_an_answer_of_somebody_else_is_nobodys(body: object) -> None:
    """Whatever stands at the address: it is read, and is not ours."""
    assert Readiness.parse(404, body) == Readiness(status=404)


def test_a_plain_address_needs_no_proxy() -> None:
    """On loopback nobody forwards; a client that is no object has no address."""
    answer = Readiness.parse(200, READY | {"client": {"address": "::1", "forwarded_for": "none"}})
    plain = judge_public_url("http://localhost:8000", answer, instances={"one"})
    assert whats(plain) == [Good.PUBLIC_URL, Good.CLIENT_ADDRESS]
    assert Readiness.parse(200, READY | {"client": 3}).address == "None"


@pytest.mark.parametrize(
    ("spf", "dmarc", "expected"),
    [
        (["V=SPF1 include:x -all"], ["v = DMARC1; p=none"], [Good.SENDER_DOMAIN]),
        (["v=spf1"], ["v=dmarc1"], [Good.SENDER_DOMAIN]),
        (["v=spf10 -all", "other"], ["v=DMARC1"], [Fault.SPF_MISSING]),
        (["v=spf1 -all", "v=spf1 +all"], ["v=DMARC1"], [Fault.SPF_TWICE]),
        ([], [], [Fault.SPF_MISSING, Fault.DMARC_MISSING]),
    ],
)
def test_a_senders_domain(spf: list[str], dmarc: list[str], expected: list[object]) -> None:
    """One SPF record, and a DMARC record, in any case."""
    assert whats(judge_domain("contoso.com", spf=spf, dmarc=dmarc)) == expected


def test_where_a_dmarc_record_counts() -> None:
    """At the domain and above it, down to two labels."""
    assert policy_domains("a.b.contoso.com") == ["a.b.contoso.com", "b.contoso.com", "contoso.com"]
    assert policy_domains("contoso.com") == ["contoso.com"]
    assert policy_domains("local") == ["local"]


def test_a_namespace() -> None:
    """Seven days of history are enough, six are not."""
    for days, what, kept in ((7, Good.TEMPORAL, "7 days"), (1, Fault.SHORT_RETENTION, "1 day")):
        line = namespace(days=days)
        assert (line.what, line.facts["retention"]) == (what, kept)
    assert namespace(days=6).what is Fault.SHORT_RETENTION


@pytest.mark.parametrize(
    ("address", "encrypted", "what"),
    [
        ("temporal.contoso.com:7233", False, Good.TEMPORAL_OPEN),
        ("temporal.contoso.com:7233", True, Good.TEMPORAL),
        ("localhost:7233", False, Good.TEMPORAL),
        ("127.0.0.1:7233", False, Good.TEMPORAL),
        ("[::1]:7233", False, Good.TEMPORAL),
    ],
)
def test_a_server_that_nobody_signs_in_to(address: str, encrypted: bool, what: Good) -> None:
    """Without TLS the line says that whoever reaches the port reads everything, but not here."""
    assert namespace(address=address, encrypted=encrypted).what is what


def namespace(*, days: int = 7, address: str = "a:7233", encrypted: bool = True) -> Finding:
    """Return the line of a namespace."""
    kept = timedelta(days=days)
    return judge_namespace(address=address, namespace="n", retention=kept, encrypted=encrypted)


def test_search_attributes() -> None:
    """Those of another type are named one by one, those that are missing together."""
    wanted = {"A": "Keyword", "B": "Int", "C": "Bool"}
    assert whats(judge_search_attributes(wanted, wanted, address="a:1", namespace="n")) == [
        Good.SEARCH_ATTRIBUTES
    ]
    other, missing = judge_search_attributes(wanted, {"A": "Text"}, address="a:1", namespace="n")
    facts = {"name": "A", "kind": "Text", "wanted": "Keyword", "address": "a:1", "namespace": "n"}
    assert (other.what, other.facts) == (Fault.ATTRIBUTE_TYPE, facts)
    assert (missing.what, missing.facts["names"]) == (Fault.ATTRIBUTES_MISSING, "B, C")


def test_schedules() -> None:
    """Missing and paused ones, with the first for the command."""
    assert whats(judge_schedules([], [], address="a:1", namespace="n")) == [Good.SCHEDULES]
    missing, paused = judge_schedules(["a", "b"], ["c"], address="a:1", namespace="n")
    facts = {"names": "a, b", "first": "a", "address": "a:1", "namespace": "n"}
    assert (missing.what, missing.facts) == (Fault.SCHEDULES_MISSING, facts)
    assert (paused.what, paused.facts["first"]) == (Fault.SCHEDULES_PAUSED, "c")


def test_workers() -> None:
    """A queue that nobody has polled for two minutes has no worker."""
    fresh, old = NOW - 120 * SECOND, NOW - 121 * SECOND
    queues = {"a": QueueFacts(polled_at=fresh), "b": QueueFacts(polled_at=old)}
    (line,) = judge_workers(queues | {"c": QueueFacts(polled_at=fresh)}, now=NOW)
    assert (line.what, line.facts["names"]) == (Fault.NO_WORKER, "b")
    assert whats(judge_workers({"a": queues["a"]}, now=NOW)) == [Good.WORKERS]
    (never,) = judge_workers({"a": QueueFacts(polled_at=None)}, now=NOW)
    assert never.what is Fault.NO_WORKER
    unpaced = {"a": QueueFacts(polled_at=fresh, partitions=4)}
    assert whats(judge_workers(unpaced, now=NOW)) == [Good.WORKERS]
    paced = {"a": QueueFacts(polled_at=fresh, partitions=4, paced=True)}
    (several,) = judge_workers(paced, now=NOW)
    assert (several.what, several.facts) == (Good.SEVERAL_PARTITIONS, {"partitions": "4"})


def test_columns() -> None:
    """A wrong type has a line of its own; what provision adds is one line."""
    assert whats(judge_columns(ListFacts())) == [Good.TRACKING_LIST]
    facts = ListFacts(
        missing=["Notes"], incomplete={"Title": "the index"}, wrong={"A": ("text", "number")}
    )
    wrong, lacking = judge_columns(facts)
    assert (wrong.what, wrong.facts) == (
        Fault.COLUMN_TYPE,
        {"name": "A", "kind": "text", "wanted": "number"},
    )
    assert lacking.facts == {"names": "the column Notes, the index of Title"}


def test_lines_are_shown_in_the_order_of_the_checks() -> None:
    """Settings first, the clock last; of one check by name."""
    lines = [
        found(Check.WORKERS, Fault.NO_WORKER, "b", names="b"),
        after(Check.WORKERS, Check.TEMPORAL, "a"),
        found(Check.SETTINGS, Good.SETTINGS),
    ]
    ordered = in_order(lines)
    assert [line.about for line in ordered] == ["", "a", "b"]
    assert [line.verdict for line in ordered] == [
        Verdict.OK,
        Verdict.COULD_NOT_LOOK,
        Verdict.NEEDS_FIXING,
    ]


def test_a_line_in_words() -> None:
    """What is filled in may hold braces; a line after another one names that one."""
    line = found(Check.SENDER, Fault.MAILBOX, "mfa@contoso.com", sentence="{weird}")
    assert text(line).endswith("{weird}")
    assert title(line).endswith(" mfa@contoso.com")
    assert command(line) == ""
    assert CHECKS[Check.SIGN_IN] in text(after(Check.SITE, Check.SIGN_IN))


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (found(Check.WORKERS, Good.SEVERAL_PARTITIONS, partitions=4), "4"),
        (after(Check.WORKERS, Check.TEMPORAL), CHECKS[Check.TEMPORAL]),
    ],
)
def test_values_are_filled_in(finding: Finding, said: str) -> None:
    """What was found is told with its facts; a check that waits for another names it."""
    assert said in text(finding)
    assert "{" not in text(finding)
    assert title(finding).startswith(CHECKS[finding.check])
    assert title(finding) == title(finding).strip()
