"""Workflows and activities leave spans where traces are wanted, with no input and no result."""

import re

from tests.telemetry.conftest import SPANS
from tests.telemetry.scrape import Scrape

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
