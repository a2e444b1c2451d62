"""Forgets a person: after a confirmation, and saying what it can't reach."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Response
from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError

from api.portal.access import FormOf, Visitor, allowed, reason_in, request_id_in
from api.portal.people.one_person import PERSON, name_of, nobody, read_status
from api.portal.services import Portal, PortalOf
from api.temporal_calls import TemporalUnreachable
from client.erasure.out_of_reach import erased_sentence, out_of_reach
from client.erasure.under_way import Erasing, asked_before, begin_erasure
from domain.portal.roles import Permission
from domain.tables.enrolment import EnrolmentRecord
from temporal.failures import innermost_message
from temporal.refusals import refusal_of
from workflows.erasure import ErasureInput

router = APIRouter(include_in_schema=False)

Eraser = Annotated[Visitor, Depends(allowed(Permission.ERASE))]

ANSWER_WITHIN = timedelta(seconds=20)


@router.get(f"{PERSON}/erase")
async def confirm(object_id: UUID, visitor: Eraser, portal: PortalOf) -> Response:
    """Say what an erasure does, and ask for the person's name."""
    status = await read_status(portal, str(object_id))
    if status is None:
        return await nobody(visitor, portal)
    return await _form(visitor, portal, status.page.row)


@router.post(f"{PERSON}/erase")
async def erase(object_id: UUID, form: FormOf, visitor: Eraser, portal: PortalOf) -> Response:
    """Erase the person, and say what was deleted and what wasn't reached.

    It goes on whatever happens to the page. A form that is sent twice is one request, and has one
    answer.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was done.
        TemporalUnreachable: Temporal is away.
    """
    request_id = request_id_in(form)
    with_imports = form.get("import_histories") == "yes"
    task = asked_before(str(object_id), request_id, with_import_histories=with_imports)
    if task is not None:
        return await _answer(task, object_id, visitor, portal)
    status = await read_status(portal, str(object_id))
    if status is None:
        return await nobody(visitor, portal)
    row = status.page.row
    reason = reason_in(form)
    typed = str(form.get("confirmation", "")).strip().casefold()
    if typed != _to_type(row).casefold() or not reason:
        fault = "the reason is missing" if reason == "" else "what you typed is not this person"
        return await _form(visitor, portal, row, f"Nothing was done: {fault}.", reason)
    erasure = ErasureInput(
        object_id=row.object_id,
        upns=(row.upn,) if row.upn else (),
        with_import_histories=with_imports,
    )
    task = begin_erasure(
        portal.client,
        portal.database,
        visitor.actor,
        erasure,
        reason=reason,
        request_id=request_id,
        task_queue=portal.config.task_queue,
    )
    return await _answer(task, object_id, visitor, portal)


async def _answer(task: Erasing, object_id: UUID, visitor: Visitor, portal: Portal) -> Response:
    """Say what has become of an erasure by now."""
    failure, report = None, None
    try:
        async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
            report = await asyncio.shield(task)
    except TimeoutError:
        pass
    except WorkflowFailureError as error:
        failure = innermost_message(error.cause)
    except (RPCError, RuntimeError) as error:
        if (refusal := refusal_of(error)) is None:
            raise
        raise TemporalUnreachable(refusal) from None
    return await portal.pages.page(
        visitor,
        "people/erased",
        title="Erase a person",
        section="people",
        object_id=str(object_id),
        failure=failure,
        done=report and erased_sentence(report),
        left=report and out_of_reach(report),
    )


async def _form(
    visitor: Visitor,
    portal: Portal,
    row: EnrolmentRecord,
    fault: str | None = None,
    reason: str = "",
) -> Response:
    return await portal.pages.page(
        visitor,
        "people/erase",
        title=f"Erase {name_of(row)}",
        section="people",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        row=row,
        to_type=_to_type(row),
        fault=fault,
        reason=reason,
        request_id=str(uuid4()),
    )


def _to_type(row: EnrolmentRecord) -> str:
    return row.upn or row.object_id
