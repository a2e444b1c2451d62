"""Where our own tables are."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from settings.base import Settings
from settings.values.database import read_database_url
from settings.values.files import Folder
from settings.values.validators import written


class DatabaseSettings(Settings):
    """Where the rows of people, mails, imports and admins' actions are kept."""

    data_dir: Folder = Field(
        default=Path("data"),
        description="Folder on a local disk for the embedded database.",
    )
    database_url: Annotated[SecretStr, written(read_database_url)] | None = Field(
        default=None,
        description="Database for more than one machine; default: a file in DATA_DIR.",
        examples=["postgresql+asyncpg://worker:password@db.contoso.com/mfa_rollout"],
    )

    @property
    def database_address(self) -> str | None:
        """The URL of the database, with its password; None for the embedded one."""
        return self.database_url.get_secret_value() if self.database_url else None
