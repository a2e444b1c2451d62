"""Dashboard and alerts ask for metrics that a running product has, and say what to do."""

import re

import pytest

from tests.support.documents import ROOT
from tests.telemetry.observability import (
    ALERTS,
    APPEAR_LATER,
    DASHBOARD,
    PANELS,
    asked_for,
    grouped_by,
)
from tests.telemetry.scrape import OF_TARGETS, Scrape

EXPRESSIONS = {
    **{name: [rule["expr"]] for name, rule in ALERTS.items()},
    **PANELS,
}
RUNBOOKS = (ROOT / "docs/operations.md").read_text()


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_it_asks_for_metrics_that_there_are(running_product: Scrape, name: str) -> None:
    """Each metric, each label, and each value that is compared, is on the page of the product."""
    metrics_of_product = running_product.labels | APPEAR_LATER
    known = {name: labels | OF_TARGETS for name, labels in metrics_of_product.items()}
    for expression in EXPRESSIONS[name]:
        metrics = list(asked_for(expression))
        assert metrics
        for metric, matchers in metrics:
            assert metric in known
            assert matchers.keys() <= known[metric]
            for label, (operator, value) in matchers.items():
                if operator == "=" and metric in running_product.labels and label not in OF_TARGETS:
                    assert list(running_product.of(metric, **{label: value})), f"{label}={value}"
        labels = set[str]().union(*(known[metric] for metric, _ in metrics))
        assert grouped_by(expression) <= labels


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_a_severity_a_sentence_and_a_runbook(name: str) -> None:
    """Whoever is woken reads what has happened, and finds a section that says what to do."""
    rule = ALERTS[name]
    assert rule["labels"].keys() == {"severity"}
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    summary = rule["annotations"]["summary"]
    assert summary.endswith(".")
    for label in re.findall(r"\$labels\.([a-z_]+)", summary):
        assert label in grouped_by(rule["expr"])
    page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert page.endswith("/docs/operations.md")
    (section,) = re.findall(rf"^### ({name})$", RUNBOOKS, flags=re.MULTILINE)
    assert anchor == section.casefold()


def test_every_runbook_is_of_an_alert() -> None:
    """The page tells of no alert that there isn't."""
    assert set(re.findall(r"^### (MfaRollout\w+)$", RUNBOOKS, flags=re.MULTILINE)) == set(ALERTS)


def test_panels_have_titles_of_their_own_and_a_source_to_choose() -> None:
    """No panel hides another, and the dashboard works with any Prometheus."""
    panels = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
    assert len(PANELS) == len(panels) > 20
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(places) == len(set(places))
