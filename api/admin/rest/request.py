"""A request of somebody who has been let in: its body, who asks, and the id that makes it one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import NAMESPACE_OID, uuid4, uuid5

from fastapi import Depends, Header, Request, Response
from pydantic import Field, StringConstraints

from api.admin.bearers import Caller
from api.admin.rest.models import Model, RestModel, read_body
from api.admin.rest.tables import TablesOf
from api.services import Services, ServicesOf
from api.temporal_calls import TO_RECORD
from database.engine import Database
from domain.enrolment.messages import LONGEST_REASON
from domain.tables.audit import Actor

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_REASON)
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Any text of yours: a request that is sent again with the same key is done "
        "once. Of one person's, as long as the enrolment runs.",
        examples=["ticket-4711"],
    ),
]


class ReasonModel(RestModel):
    """Why something is asked for."""

    reason: Reason = Field(
        description="Why: it stays in the audit log.", examples=["the rollout is over"]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, and what it is done with."""

    request: Request
    response: Response
    services: Services
    tables: Database
    key: str | None

    async def body(self, model: type[Model]) -> Model:
        """Read the body.

        Raises:
            HTTPException: 413, it is too large.
            RequestValidationError: it isn't what the model says.
        """
        return await read_body(self.request, model)

    def actor(self, caller: Caller) -> Actor:
        """Return who asks, as the audit log names them."""
        return caller.actor(self.services.addresses.of(self.request))

    def request_id(self, caller: Caller, what: str) -> str:
        """Return the id of this request: the same for the same caller, wish and key."""
        if self.key is None:
            return str(uuid4())
        return str(uuid5(NAMESPACE_OID, f"{caller.object_id} {what} {self.key}"))

    @property
    def within(self) -> timedelta:
        """How long calls to Temporal may take, a worker's answer included."""
        return self.services.config.answer_within + TO_RECORD


async def _asked(
    request: Request, response: Response, services: ServicesOf, tables: TablesOf, key: Key = None
) -> Asked:
    return Asked(request=request, response=response, services=services, tables=tables, key=key)


AskedOf = Annotated[Asked, Depends(_asked)]
"""The request, whose body is read once the caller has been let in."""
