"""Our tables, for endpoints that need them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException

from api.services import ServicesOf
from database.engine import Database


async def _tables(services: ServicesOf) -> Database:
    if services.database is None:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE, "This API has no database: set DATABASE_URL."
        )
    return services.database


TablesOf = Annotated[Database, Depends(_tables)]
"""The database; without one the answer is 503."""
