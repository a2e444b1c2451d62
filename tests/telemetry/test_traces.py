"""Workflows and activities leave spans where traces are wanted, with no input and no result."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry.sdk.trace import Tracer
from temporalio.contrib.opentelemetry import TracingInterceptor

from cli.processes.telemetry import measured
from settings.telemetry import TelemetrySettings
from tests.telemetry.conftest import SPANS
from tests.telemetry.scrape import Scrape

POSTED: list[tuple[str, bytes]] = []


class _Collector(BaseHTTPRequestHandler):
    """Takes whatever is posted."""

    def do_POST(self) -> None:
        """Remember it."""
        POSTED.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[str]:
    """Give the address of a collector of traces."""
    POSTED.clear()
    with HTTPServer(("127.0.0.1", 0), _Collector) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        serving.join()


ID = re.compile("mfa-enrolment-[0-9a-f-]{36}")


def test_an_enrolment_is_traced_by_names_and_ids(running_product: Scrape) -> None:
    """Its start, its workflow and its activities are one trace that doesn't say who it is about."""
    found = SPANS.get_finished_spans()
    assert {
        "StartWorkflow:EnrolmentWorkflow",
        "RunActivity:look_up_and_adopt",
        "RunActivity:deliver_mail",
    } <= {span.name for span in found}
    (start,) = [span for span in found if span.name == "StartWorkflow:EnrolmentWorkflow"]
    assert start.context is not None
    assert {
        span.context.trace_id
        for span in found
        if span.context is not None and span.name.startswith("RunActivity")
    } == {start.context.trace_id}
    assert start.resource.attributes["service.name"] == "mfa-rollout-worker"
    told = "".join(span.to_json() for span in found)
    assert len(set(ID.findall(told))) == 1
    assert not re.search("@|contoso", told)


def test_traces_are_sent_to_the_collector_of_the_setting(collector: str) -> None:
    """By OTLP over HTTP, under the name of the process; without the setting there are none."""
    assert measured(TelemetrySettings(), service="mfa-rollout-api").interceptors == ()
    settings = TelemetrySettings.model_validate({"otel_exporter_otlp_endpoint": collector})
    (interceptor,) = measured(settings, service="mfa-rollout-api").interceptors
    assert isinstance(interceptor, TracingInterceptor)
    assert isinstance(interceptor.tracer, Tracer)
    with interceptor.tracer.start_as_current_span("StartWorkflow:EnrolmentWorkflow"):
        pass
    # Ends the thread that sends, once all is sent.
    interceptor.tracer.span_processor.shutdown()
    ((path, body),) = POSTED
    assert path == "/v1/traces"
    assert b"StartWorkflow:EnrolmentWorkflow" in body
    assert b"mfa-rollout-api" in body
