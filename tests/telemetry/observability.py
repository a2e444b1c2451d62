"""What is shipped for Prometheus and Grafana, and the metrics that it asks for."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.support.documents import ROOT

FOLDER = ROOT / "deploy/observability"
RULES_FILE = FOLDER / "alerts.yaml"
ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load(RULES_FILE.read_text())["groups"]
    for rule in group["rules"]
}
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana/dashboard.json").read_text())
PANELS: dict[str, list[str]] = {
    panel["title"]: [target["expr"] for target in panel["targets"]]
    for panel in DASHBOARD["panels"]
    if panel["type"] != "row"
}
# These are told once there was such a failure, a check was made, or a worker has told its limits.
APPEAR_LATER: dict[str, set[str]] = {
    "temporal_workflow_task_execution_failed_total": {"workflow_type"},
    "mfa_rollout_check_timestamp_seconds": {"check"},
    "mfa_rollout_stuck_workflows": set(),
    "mfa_rollout_mailbox_mail_limit": {"window"},
}

_METRIC = re.compile(r"\b((?:mfa_rollout|temporal|process)_[a-z_]+|up)\b(\{[^}]*\})?")
_MATCHER = re.compile(r'([a-z_]+)\s*(=~|!=|!~|=)\s*"([^"]*)"')
_GROUPING = re.compile(r"\b(?:by|on|group_left)\s*\(([^)]*)\)")


def asked_for(expression: str) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """Yield each metric of an expression, with its matchers: label, operator and value."""
    for name, matchers in _METRIC.findall(_GROUPING.sub("", expression)):
        found = _MATCHER.findall(matchers)
        yield name, {label: (operator, value) for label, operator, value in found}


def grouped_by(expression: str) -> set[str]:
    """Return the labels by which an expression groups."""
    lists = _GROUPING.findall(expression)
    return {label.strip() for labels in lists for label in labels.split(",") if label.strip()}
