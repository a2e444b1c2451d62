"""Traces of workflows, activities and calls of Temporal, for an OpenTelemetry collector."""

from importlib.metadata import version
from typing import TYPE_CHECKING

from temporalio.client import Interceptor

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

EXTRA = "mfa-rollout[traces]"


class TracesNotInstalledError(Exception):
    """Traces are wanted, and what makes them isn't installed."""


def tracing_to(endpoint: str, *, service: str) -> Interceptor:
    """Return what traces a client and its workers, and sends the traces to a collector.

    Spans hold names and ids of workflows and activities, and no input or result.

    Args:
        endpoint: of the collector, without the path of traces.
        service: the name under which the process is found.

    Raises:
        TracesNotInstalledError: the extra ``traces`` isn't installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - extra
    except ModuleNotFoundError:
        raise TracesNotInstalledError from None
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    return tracing(BatchSpanProcessor(exporter), service=service)


def tracing(processor: "SpanProcessor", *, service: str) -> Interceptor:
    """Return what traces a client and its workers, and hands the spans to a processor."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - extra
    from temporalio.contrib.opentelemetry import TracingInterceptor  # noqa: PLC0415 - extra

    about = Resource.create({"service.name": service, "service.version": version("mfa-rollout")})
    provider = TracerProvider(resource=about)
    provider.add_span_processor(processor)
    return TracingInterceptor(provider.get_tracer("mfa-rollout"))
