"""Who needs attention, and why, from our tables alone."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from api.admin.auth import LookerOf
from api.admin.rest.models import RestModel, rest_router
from api.admin.rest.tables import TablesOf
from client.people.attention_json import kind_json, kinds_json
from database.figures.attention import count_attention, read_attention
from database.people.attention import attention_at
from domain.tables.attention import AttentionKind

router = rest_router("rollout")

ATTENTION_PATH = "/api/attention"


class AttentionCountModel(RestModel):
    """One kind of attention, and how many it concerns."""

    kind: AttentionKind = Field(description="The kind, for programs.")
    text: str = Field(description="The kind in words.", examples=["Mail was returned"])
    to_do: str = Field(
        description="What an admin does about it.",
        examples=["Correct the mail address in Entra ID, or resend."],
    )
    count: int = Field(description="How many people or rows.")


class AttentionCountsModel(RestModel):
    """All kinds of attention that there are at the moment."""

    kinds: list[AttentionCountModel] = Field(description="Only kinds that concern anybody.")


class AttentionItemModel(RestModel):
    """Somebody, or a row of a file, that an admin should look at."""

    since: datetime = Field(description="Since when; the list begins with the longest.")
    object_id: str | None = Field(description="The person; null: a row that names nobody.")
    upn: str | None = Field(description="Their user principal name.")
    display_name: str | None = Field(description="Their name.")
    detail: str | None = Field(description="What exactly is wrong.")


class AttentionPageModel(RestModel):
    """A page of those who need attention for one reason."""

    kind: AttentionKind = Field(description="The kind.")
    text: str = Field(description="The kind in words.", examples=["Mail was returned"])
    to_do: str = Field(
        description="What an admin does about it.",
        examples=["Correct the mail address in Entra ID, or resend."],
    )
    total: int = Field(description="How many there are on all pages.")
    items: list[AttentionItemModel] = Field(description="Those of this page.")


@router.get(ATTENTION_PATH, operation_id="countAttention")
async def count_kinds(_: LookerOf, tables: TablesOf) -> AttentionCountsModel:
    """Count who needs an admin's attention, by kind."""
    async with tables.reading() as connection:
        at = await attention_at(connection, datetime.now(UTC))
        counts = await count_attention(connection, at)
    return AttentionCountsModel.model_validate({"kinds": kinds_json(counts, at.rules)})


@router.get(ATTENTION_PATH + "/{kind}", operation_id="listAttention")
async def list_kind(
    kind: Annotated[AttentionKind, Path(description="Which kind.")],
    _: LookerOf,
    tables: TablesOf,
    page: Annotated[int, Query(ge=1, le=10_000, description="Which page.")] = 1,
    limit: Annotated[int, Query(ge=1, le=500, description="How many on a page.")] = 50,
) -> AttentionPageModel:
    """List who needs attention for one reason, those who have waited longest first."""
    now = datetime.now(UTC)
    async with tables.reading() as connection:
        at = await attention_at(connection, now)
        items = await read_attention(connection, kind, at, offset=(page - 1) * limit, limit=limit)
        counts = await count_attention(connection, at)
    return AttentionPageModel.model_validate(kind_json(kind, at.rules, counts.get(kind, 0), items))
