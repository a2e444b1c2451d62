"""Requests that fit the OpenAPI document, and those that don't, have the answers that it names."""

import asyncio
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import httpx
import pytest
import requests
from hypothesis import HealthCheck, given, settings

from api.admin.routes import describe
from domain.portal.roles import Role
from tests.api.admin.rest.rest import Rest

# What is asked of Temporal waits for it, which is away, so there are fewer of those.
READS, ACTIONS = 25, 6

Send = Callable[[Mapping[str, Any]], httpx.Response]


@pytest.mark.long
async def test_any_request_has_an_answer_of_the_document(rest: Rest) -> None:
    """Whatever is sent: no 500, and status, type, headers and body are those that are described.

    Temporal is away, so what is asked of it is 503, which is described, too.
    """
    loop = asyncio.get_running_loop()
    base_url = str(rest.api.http.base_url)
    signed_in = {"Authorization": f"Bearer {rest.token(Role.ADMIN)}"}

    def send(wanted: Mapping[str, Any]) -> httpx.Response:
        made = requests.Request(**wanted).prepare()
        headers = {**made.headers, **signed_in}
        sending = rest.api.http.request(
            str(made.method), str(made.url), headers=headers, content=made.body
        )
        return asyncio.run_coroutine_threadsafe(sending, loop).result()

    answered = await asyncio.to_thread(_send_any, send, base_url)
    assert answered >= {200, 404, 422, 503}


def _send_any(send: Send, base_url: str) -> set[int]:
    """Send requests to each operation, and return the statuses of the answers."""
    # It takes longer to import than most tests take.
    from schemathesis.generation import GenerationMode  # noqa: PLC0415
    from schemathesis.openapi import from_dict  # noqa: PLC0415

    document = deepcopy(describe())
    # Every request is an admin's: what becomes of others is another test's.
    del document["components"]["securitySchemes"]
    for methods in document["paths"].values():
        for described in methods.values():
            del described["security"]
    answered: set[int] = set()
    for found in from_dict(document).get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]
        described = document["paths"][operation.path][operation.method.lower()]
        can_be_wrong = "parameters" in described or "requestBody" in described
        for mode in GenerationMode:
            if can_be_wrong or mode is GenerationMode.POSITIVE:
                examples = READS if operation.method.upper() == "GET" else ACTIONS
                cases = operation.as_strategy(mode)
                _check_all(cases, send, base_url, answered, examples=examples)
    return answered


def _check_all(cases: Any, send: Send, base_url: str, answered: set[int], *, examples: int) -> None:
    from schemathesis.specs.openapi import checks  # noqa: PLC0415

    held = [
        checks.content_type_conformance,
        checks.negative_data_rejection,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
        checks.status_code_conformance,
    ]

    def check(case: Any) -> None:
        response = send(case.as_transport_kwargs(base_url=base_url))
        answered.add(response.status_code)
        assert response.status_code != 500
        case.validate_response(response, checks=held)

    bounded = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    bounded(given(case=cases)(check))()
