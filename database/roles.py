"""The roles on PostgreSQL: the owner migrates, worker and API may do what they need.

The roles can't sign in; the users of the processes are made members of them. Neither role may
change or delete rows of ``audit``.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import METADATA

WORKER = "mfa_rollout_worker"
API = "mfa_rollout_api"

_ALL = "SELECT, INSERT, UPDATE, DELETE"
_READ = "SELECT"
_APPEND = "SELECT, INSERT"

# What differs from the role's usual right on a table.
_WORKER_RIGHTS = {"audit": _APPEND, "audit_subject": "SELECT, INSERT, DELETE"}
_API_RIGHTS = {
    "audit": _APPEND,
    "audit_subject": _APPEND,
    # An admin stops mail in the portal though Temporal is away. To start it takes Temporal besides.
    "control": "SELECT, INSERT, UPDATE",
    **dict.fromkeys(
        (
            "held_click",
            "import",
            "import_row",
            "process",
            "report_schedule",
            "request",
            "request_person",
            "saved_view",
            "session",
            "upload",
            "upload_part",
            "webhook",
        ),
        _ALL,
    ),
}
_CREATE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')
     AND (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) THEN
    CREATE ROLE {role} NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


async def grant(connection: AsyncConnection) -> None:
    """Create the roles where the owner may, and grant them what they need; may be repeated."""
    for role, rights, usual in ((WORKER, _WORKER_RIGHTS, _ALL), (API, _API_RIGHTS, _READ)):
        await connection.execute(text(_CREATE.format(role=role)))
        if role not in await existing(connection):
            continue
        for table in METADATA.tables:
            granted = rights.get(table, usual)
            await connection.execute(text(f'REVOKE ALL ON "{table}" FROM {role}'))
            await connection.execute(text(f'GRANT {granted} ON "{table}" TO {role}'))
        await connection.execute(text(f"GRANT SELECT ON alembic_version TO {role}"))


async def existing(connection: AsyncConnection) -> set[str]:
    """Return which of the two roles the server has; the owner may not be allowed to create them."""
    query = text("SELECT rolname FROM pg_roles WHERE rolname IN (:worker, :api)")
    return set((await connection.execute(query, {"worker": WORKER, "api": API})).scalars())
