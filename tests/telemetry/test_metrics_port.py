"""The port that Prometheus reads: its own, with one page, and gone with its process."""

import httpx
import pytest
import typer
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from cli.processes.telemetry import measured
from settings import TelemetrySettings
from telemetry.metrics_port import open_metrics_port, serving_metrics


async def _source() -> list[Metric]:
    return [GaugeMetricFamily("mfa_rollout_sheep", "Sheep.", value=3)]


async def test_one_page_is_served_until_the_end() -> None:
    """Prometheus gets what was read and what the SDK measures; there is no other page."""
    port = open_metrics_port("127.0.0.1", 0)
    number = port.listener.getsockname()[1]
    port.sdk.runtime.metric_meter.create_counter("mfa_rollout_goats").add(2)
    url = f"http://127.0.0.1:{number}"
    async with serving_metrics(port, _source), httpx.AsyncClient(trust_env=False) as http:
        page = await http.get(f"{url}/metrics")
        assert page.status_code == 200
        assert "mfa_rollout_sheep 3.0\n" in page.text
        assert 'mfa_rollout_goats_total{service_name="temporal-core-sdk"} 2\n' in page.text
        assert "process_cpu_seconds_total" in page.text
        assert "_created" not in page.text
        for path in ("/", "/docs", "/api/enrol"):
            assert (await http.get(url + path)).status_code == 404
    async with httpx.AsyncClient(trust_env=False) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{url}/metrics")


async def test_without_a_port_nothing_is_served() -> None:
    """A process whose settings name no port opens none, measures nothing and makes no traces."""
    telemetry = measured(TelemetrySettings(), service="mfa-rollout-worker")
    assert telemetry.port is None
    assert telemetry.interceptors == ()
    async with serving_metrics(telemetry.port, _source):
        pass


def test_a_port_that_is_taken_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """The verb ends with what to set, before it connects to anything."""
    taken = open_metrics_port("127.0.0.1", 0)
    number = taken.listener.getsockname()[1]
    with pytest.raises(typer.Exit):
        measured(TelemetrySettings(metrics_port=number), service="mfa-rollout-api")
    told = " ".join(capsys.readouterr().err.split())
    assert f"127.0.0.1:{number}" in told
    assert "Set METRICS_HOST, METRICS_PORT." in told
    taken.listener.close()


def test_traces_that_are_wanted_are_made() -> None:
    """With a collector there is one interceptor; nothing is connected to it yet."""
    settings = TelemetrySettings(otel_exporter_otlp_endpoint="http://127.0.0.1:4318")
    telemetry = measured(settings, service="mfa-rollout-worker")
    assert len(telemetry.interceptors) == 1
