"""The page of a process that works: what stands on it, and what never does."""

import re

import pytest

from tests.support.documents import ROOT
from tests.telemetry.observability import APPEAR_LATER
from tests.telemetry.scrape import Scrape

OURS = re.compile(r"mfa_rollout_[a-z_]+")
# An address, or an id; tokens and keys of mails have the form of one, too.
PERSONAL = re.compile(r"@|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}", re.IGNORECASE)
# Which Temporal's SDK puts on what activities measure.
OF_THE_SDK = {
    *("service_name", "namespace", "task_queue"),
    *("activity_type", "workflow_type", "attempt"),
}


@pytest.mark.parametrize(
    ("name", "labels", "value"),
    [
        ("mfa_rollout_database_up", {}, 1),
        ("mfa_rollout_temporal_up", {}, 1),
        ("mfa_rollout_outbox_up", {}, 1),
        ("mfa_rollout_outbox_hits", {}, 0),
        ("mfa_rollout_enrolments_running", {"status": "Sent"}, 1),
        ("mfa_rollout_enrolments_running", {}, 1),
        ("mfa_rollout_enrolments_ended", {}, 0),
        ("mfa_rollout_attention", {}, 0),
        ("mfa_rollout_mail_stopped", {}, 0),
        ("mfa_rollout_mails_total", {"kind": "invitation", "outcome": "sent", "mailbox": "1"}, 1),
        ("mfa_rollout_mailbox_mails_sent", {"mailbox": "1", "window": "day"}, 1),
        ("mfa_rollout_mailbox_state", {"mailbox": "1", "state": "ready"}, 1),
        ("mfa_rollout_mailbox_state", {"mailbox": "1", "state": "paused"}, 0),
        ("mfa_rollout_mails_due", {"mailbox": "1"}, 0),
        ("mfa_rollout_processes", {"kind": "worker"}, 0),
        ("mfa_rollout_processes", {"kind": "api"}, 1),
        ("mfa_rollout_tables_complete", {}, 0),
        ("mfa_rollout_webhook_messages", {}, 0),
    ],
)
def test_a_figure_is_right(
    running_product: Scrape, name: str, labels: dict[str, str], value: float
) -> None:
    """One person was invited, by one worker, and nothing else has happened."""
    assert running_product.value(name, **labels) == value


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("mfa_rollout_graph_requests_total", {"service": "mailbox", "outcome": "success"}),
        ("mfa_rollout_graph_requests_total", {"service": "sharepoint", "outcome": "success"}),
        ("mfa_rollout_graph_request_duration_seconds_count", {"service": "directory"}),
        ("mfa_rollout_sign_ins_total", {"outcome": "success"}),
        ("mfa_rollout_row_lag_seconds_count", {"mirror": "list"}),
        ("mfa_rollout_row_lag_seconds_count", {"mirror": "database"}),
        ("temporal_workflow_task_schedule_to_start_latency_seconds_count", {}),
        ("temporal_activity_execution_latency_seconds_count", {"activity_type": "deliver_mail"}),
        ("temporal_request_total", {"operation": "StartWorkflowExecution"}),
        ("process_cpu_seconds_total", {}),
    ],
)
def test_what_was_done_is_counted(
    running_product: Scrape, name: str, labels: dict[str, str]
) -> None:
    """Calls of Graph, sign-ins, writes and Temporal's tasks have left their traces."""
    assert running_product.value(name, **labels) > 0


def test_no_label_holds_an_id_or_an_address(running_product: Scrape) -> None:
    """Nobody is found by what Prometheus keeps: neither people nor mailboxes, links or runs."""
    told = {
        (sample.name, name, value)
        for sample in running_product.samples
        for name, value in sample.labels.items()
    }
    assert len(told) > 100
    assert [one for one in told if PERSONAL.search(one[2])] == []


def test_names_are_as_prometheus_asks(running_product: Scrape) -> None:
    """A counter ends in ``_total``, a time in ``_seconds``, and no name in what the library adds.

    https://prometheus.io/docs/practices/naming/
    """
    for sample in running_product.samples:
        if OURS.match(sample.name):
            assert not re.search(r"(milliseconds|_ms|_minutes)\b|_total_total", sample.name)
            assert OURS.fullmatch(sample.name)


def test_the_page_of_operations_has_every_metric(running_product: Scrape) -> None:
    """Each family of ours has its line with its labels, and no line tells of one that isn't."""
    page = (ROOT / "docs/operations.md").read_text()
    told: dict[str, set[str]] = {}
    for names, labels in re.findall(r"^\| (`mfa_rollout_[^|]*)\|([^|]*)\|", page, re.MULTILINE):
        for name in re.findall(r"`(\w+)`", names):
            told[name] = set(re.findall(r"`(\w+)`", labels))
    found = {
        re.sub("_(bucket|sum|count)$", "", name): labels - {"le"} - OF_THE_SDK
        for name, labels in (running_product.labels | APPEAR_LATER).items()
        if OURS.match(name)
    }
    assert told == found
