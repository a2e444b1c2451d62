"""What Temporal's SDK measures: task latencies, failures, calls to the server."""

import socket
from dataclasses import dataclass
from datetime import timedelta

import httpx
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

_LOOPBACK = "127.0.0.1"
_TRIES = 5
_WITHIN = timedelta(seconds=5)
# In seconds. The SDK's own end at ten, where what an operator wants to know begins.
_LONG = (0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 21_600, 86_400)
_BUCKETS = {
    "mfa_rollout_row_lag": _LONG,
    "temporal_workflow_task_schedule_to_start_latency": _LONG,
    "temporal_activity_schedule_to_start_latency": _LONG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkMetrics:
    """The runtime whose clients and workers are measured, and where its figures are read.

    The SDK serves them itself, on a port of this machine that nobody else has to know: ``text`` is
    put into the answer of the process's own port.
    """

    runtime: Runtime
    url: str
    within: timedelta = _WITHIN

    async def text(self) -> bytes:
        """Return the SDK's figures in Prometheus' text format; nothing if they can't be read."""
        try:
            async with httpx.AsyncClient(
                timeout=self.within.total_seconds(), trust_env=False
            ) as http:
                return (await http.get(self.url)).raise_for_status().content
        except httpx.HTTPError:
            return b""


def measure_sdk(*, within: timedelta = _WITHIN) -> SdkMetrics:
    """Return a runtime that measures, for the client of this process.

    ``within`` bounds the reading of its figures.

    Raises:
        RuntimeError: no port of this machine was free.
    """
    for attempt in range(_TRIES):
        address = f"{_LOOPBACK}:{_free_port()}"
        metrics = PrometheusConfig(
            bind_address=address,
            counters_total_suffix=True,
            unit_suffix=True,
            durations_as_seconds=True,
            histogram_bucket_overrides=_BUCKETS,
        )
        try:
            runtime = Runtime(telemetry=TelemetryConfig(metrics=metrics))
        # Another process was quicker.
        except (RuntimeError, ValueError):
            if attempt == _TRIES - 1:
                raise
        else:
            return SdkMetrics(runtime=runtime, url=f"http://{address}/metrics", within=within)
    raise AssertionError("unreachable")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])
