"""Which people are meant: in the address of a list, and in the body of a request."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Query
from pydantic import Field

from api.admin.rest.models import RestModel
from domain.status import InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.people import OtherEnd, PeopleFilter


async def wanted_people(  # noqa: PLR0917 - filters
    text: Annotated[
        str | None,
        Query(description="Part of a name, a UPN or a mail address.", examples=["lovelace"]),
    ] = None,
    status: Annotated[InviteStatus | None, Query(description="Where they stand.")] = None,
    batch: Annotated[
        str | None, Query(description="The batch that brought them.", examples=["wave-1"])
    ] = None,
    department: Annotated[str | None, Query(description="Their department.")] = None,
    attention: Annotated[
        AttentionKind | None,
        Query(
            description="Why an admin should look at them. Rows that name nobody are no people: "
            f"`/api/attention/{AttentionKind.UNKNOWN_ROW}` lists them."
        ),
    ] = None,
    manager: Annotated[str | None, Query(description="The UPN of their manager.")] = None,
    language: Annotated[str | None, Query(description="Their language in Entra ID.")] = None,
    escalated: Annotated[
        bool | None, Query(description="Only those whose manager was told, or only others.")
    ] = None,
    ended: Annotated[
        bool | None, Query(description="Only those whose enrolment has ended, or only others.")
    ] = None,
    ended_as: Annotated[
        OtherEnd | None,
        Query(alias="endedAs", description="How it ended, of those who are not Active."),
    ] = None,
    not_active: Annotated[
        bool | None,
        Query(alias="notActive", description="Only those who have ended, and not as Active."),
    ] = None,
    registered_after: Annotated[
        str | None,
        Query(
            alias="registeredAfter",
            description="Only those who registered after this mail: the last one before it.",
            examples=["invitation", "reminder-2", "follow-up-1", "escalation"],
        ),
    ] = None,
    no_department: Annotated[
        bool | None,
        Query(alias="noDepartment", description="Only those without a department."),
    ] = None,
) -> PeopleFilter:
    """Return which people are asked for."""
    return people_filter(
        attention,
        text=text,
        status=status,
        batch_id=batch,
        department=department,
        manager_upn=manager,
        language=language,
        has_ended=ended,
        ended_as=ended_as,
        not_active=not_active,
        escalated=escalated,
        registered_after=registered_after,
        no_department=no_department,
    )


WantedOf = Annotated[PeopleFilter, Depends(wanted_people)]
"""Which people the parameters of a list ask for."""


class FilterModel(RestModel):
    """Who is meant, as `GET /api/people` finds them; null isn't asked for, `{}` is everybody."""

    text: str | None = Field(default=None, description="Part of a name, a UPN or a mail address.")
    status: InviteStatus | None = Field(default=None, description="Where they stand.")
    batch: str | None = Field(default=None, description="The batch that brought them.")
    department: str | None = Field(default=None, description="Their department.")
    attention: AttentionKind | None = Field(
        default=None, description="Why an admin should look at them."
    )
    manager: str | None = Field(default=None, description="The UPN of their manager.")
    language: str | None = Field(default=None, description="Their language in Entra ID.")
    escalated: bool | None = Field(default=None, description="Whether their manager was told.")
    ended: bool | None = Field(default=None, description="Whether their enrolment has ended.")
    ended_as: OtherEnd | None = Field(
        default=None, description="How it ended, of those who are not Active."
    )
    not_active: bool | None = Field(
        default=None, description="True: only those who have ended, and not as Active."
    )
    registered_after: str | None = Field(
        default=None,
        description="The mail after which they registered.",
        examples=["invitation", "reminder-2"],
    )
    no_department: bool | None = Field(
        default=None, description="True: only those without a department."
    )

    def as_filter(self) -> PeopleFilter:
        """Return it as our tables take it.

        Raises:
            HTTPException: 422, people can't be filtered by this kind of attention.
        """
        return people_filter(
            self.attention,
            text=self.text,
            status=self.status,
            batch_id=self.batch,
            department=self.department,
            manager_upn=self.manager,
            language=self.language,
            escalated=self.escalated,
            has_ended=self.ended,
            ended_as=self.ended_as,
            not_active=self.not_active,
            registered_after=self.registered_after,
            no_department=self.no_department,
        )


def people_filter(attention: AttentionKind | None, **others: Any) -> PeopleFilter:
    """Return a filter of people.

    Raises:
        HTTPException: 422, people can't be filtered by this kind of attention.
    """
    if attention is AttentionKind.UNKNOWN_ROW:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"A row that names nobody is no person: /api/attention/{attention} lists such rows.",
        )
    return PeopleFilter(attention=attention, **others)
