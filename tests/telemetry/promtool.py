"""Prometheus' own evaluation of the alerts, for what was scraped before a fault and after it."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from time import time

import pytest
import yaml

from tests.telemetry.observability import ALERTS, RULES_FILE, asked_for
from tests.telemetry.scrape import Scrape

UP = 'up{job="mfa-rollout",instance="worker:9464"}'
_COUNTED = re.compile(r"_(total|bucket|sum|count)$")
_UNITS = {"m": "minutes", "h": "hours"}
# Longer than all windows and all waits, but for the one that is named.
_USUALLY = timedelta(hours=3)

Series = dict[str, str]


def duration_of(alert: str) -> timedelta:
    """Return for how long what an alert asks has to be so before it fires."""
    found = re.fullmatch(r"([0-9]+)([mh])", ALERTS[alert].get("for", "0m"))
    assert found
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def lasting(before: Scrape, after: Scrape, *, lasts: timedelta) -> Series:
    """Return the series of a fault that lasts: what it counted is counted again each minute."""
    wanted = {name for rule in ALERTS.values() for name, _ in asked_for(rule["expr"])}
    old = {_key(name, labels): value for name, labels, value in _samples(before)}
    minutes = lasts // timedelta(minutes=1)
    now = time()
    series: Series = {}
    for name, labels, value in _samples(after):
        if name not in wanted:
            continue
        key = _key(name, labels)
        if _COUNTED.search(name):
            begins = old.get(key, 0.0)
            series[key] = f"{begins}+{value - begins}x{minutes}"
        elif name.endswith("_timestamp_seconds"):
            # The clock of such a test begins at 0.
            series[key] = f"{value - now + lasts.total_seconds()}+0x{minutes}"
        else:
            series[key] = f"{value}+0x{minutes}"
    return {UP: f"1+0x{minutes}", **series}


def fires(folder: Path, alert: str | None, series: Series, *, lasts: timedelta) -> None:
    """Let Prometheus say that an alert fires at the end of these series, or that none does."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool isn't there (Debian: apt-get install prometheus)")
    which = f', alertname="{alert}"' if alert else ""
    expected: list[Mapping[str, object]] = [{"labels": "{}", "value": 1}] if alert else []
    question = {
        "expr": f'max(ALERTS{{alertstate="firing"{which}}})',
        "eval_time": f"{lasts // timedelta(minutes=1)}m",
        "exp_samples": expected,
    }
    test = {
        "rule_files": [str(RULES_FILE)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": key, "values": values} for key, values in series.items()
                ],
                "promql_expr_test": [question],
            }
        ],
    }
    file = folder / "test.yaml"
    file.write_text(yaml.safe_dump(test))
    command = [program, "test", "rules", str(file)]
    done = subprocess.run(  # noqa: S603 - Prometheus' own program
        command, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def time_to_fire(alert: str) -> timedelta:
    """Return after how long a fault that goes on has fired its alert."""
    return max(_USUALLY, duration_of(alert) + timedelta(hours=1))


def _samples(scrape: Scrape) -> Iterable[tuple[str, dict[str, str], float]]:
    return ((sample.name, sample.labels, sample.value) for sample in scrape.samples)


def _key(name: str, labels: Mapping[str, str]) -> str:
    written = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    return f"{name}{{{written}}}"
