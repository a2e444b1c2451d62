"""What worker and API are measured and traced with, as their settings say."""

from collections.abc import Sequence
from dataclasses import dataclass

from temporalio.client import Client, Interceptor

from cli.temporal import connect_to_temporal
from cli.terminal import fail
from settings import TelemetrySettings
from telemetry.metrics_port import MetricsPort, open_metrics_port
from telemetry.traces import EXTRA, TracesNotInstalledError, tracing_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The port for Prometheus and what makes traces; None, and nothing, without such settings."""

    port: MetricsPort | None
    interceptors: Sequence[Interceptor]

    async def connect(self, *, lazy: bool = False) -> Client:
        """Return a client of the configured Temporal that is measured and traced.

        Raises:
            SettingsError: a setting is wrong, or a file that it names can't be used.
            TemporalRefused: the server can't be reached, unless ``lazy``, or can't be used.
        """
        runtime = self.port.sdk.runtime if self.port else None
        return await connect_to_temporal(lazy=lazy, runtime=runtime, interceptors=self.interceptors)


def measured(settings: TelemetrySettings, *, service: str) -> Measured:
    """Open the port and prepare traces; what doesn't work ends the verb with a message."""
    return Measured(port=_port(settings), interceptors=_interceptors(settings, service))


def _port(settings: TelemetrySettings) -> MetricsPort | None:
    if settings.metrics_port is None:
        return None
    try:
        return open_metrics_port(settings.metrics_host, settings.metrics_port)
    except OSError as error:
        fail(
            f"Prometheus can't be served on {settings.metrics_host}:{settings.metrics_port}: "
            f"{error.strerror}. Set METRICS_HOST, METRICS_PORT."
        )


def _interceptors(settings: TelemetrySettings, service: str) -> Sequence[Interceptor]:
    endpoint = settings.otel_exporter_otlp_endpoint
    if endpoint is None:
        return ()
    try:
        return (tracing_to(endpoint, service=service),)
    except TracesNotInstalledError:
        fail(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but what makes traces isn't installed: "
            f"pip install '{EXTRA}'"
        )
