"""What a process tells of itself: figures for Prometheus, traces for OpenTelemetry."""

from typing import Annotated

from pydantic import Field

from settings.base import Settings
from settings.values.addresses import ListeningHost
from settings.values.scalars import whole
from settings.values.urls import read_page
from settings.values.validators import written


class TelemetrySettings(Settings):
    """Where worker and API are measured; without these settings nothing is served or sent."""

    metrics_host: ListeningHost = Field(
        default="127.0.0.1", description="Address on which METRICS_PORT is served."
    )
    metrics_port: Annotated[int, written(whole(1, 65_535))] | None = Field(
        default=None,
        description="Port on which Prometheus finds /metrics; default: none. Nobody signs in "
        "there: let Prometheus alone reach it.",
        examples=["9464"],
    )
    otel_exporter_otlp_endpoint: Annotated[str, written(read_page)] | None = Field(
        default=None,
        description="OpenTelemetry collector that traces are sent to, by OTLP over HTTP; default: "
        "none are made.",
        examples=["http://localhost:4318"],
    )
