"""Ways to break one thing of the tenant, and to put it right again."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from simulated_tenant import population
from simulated_tenant.faults import Fault
from simulated_tenant.sharepoint.columns import new_column
from tests.cli.doctor.breaking import Broken, Settings
from tests.cli.doctor.rollout import SPF, Rollout
from tests.graph.sign_in.certificates import new_certificate


@asynccontextmanager
async def second_sender(rollout: Rollout) -> AsyncIterator[Settings]:
    """Add a mailbox to the settings that the running worker was started without."""
    second = f"second@{population.DOMAIN}"
    if rollout.tenant.users.find(second) is None:
        rollout.tenant.add_user(second)
    with scopes(rollout, rollout.tenant.user(second).id):
        yield {"SENDER_MAILBOXES": f"{population.SENDER},{second}"}


@contextlib.contextmanager
def scopes(
    rollout: Rollout, *more: str, of: tuple[str, ...] = ("Mail.ReadWrite", "Mail.Send")
) -> Any:
    """Grant these mailboxes, too, by RBAC for Applications."""
    app = rollout.worker_app
    before = app.mailbox_scopes
    app.mailbox_scopes = {name: [*before[name], *more] for name in of}
    rollout.tenant.apps.put(app)
    yield
    app.mailbox_scopes = before
    rollout.tenant.apps.put(app)


def mailbox_scopes(*names: str) -> Broken:
    """Grant the sender mailbox these permissions alone."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        with scopes(rollout, of=names):
            yield {}

    return broken


def roles(*, without: str = "", more: str = "") -> Broken:
    """Let the worker's token hold other permissions."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        app = rollout.worker_app
        before = app.roles
        app.roles = [*(one for one in before if one != without), *([more] if more else [])]
        rollout.tenant.apps.put(app)
        yield {}
        app.roles = before
        rollout.tenant.apps.put(app)

    return broken


def answer(method: str, path: str, **what: Any) -> Broken:
    """Let the tenant answer calls in another way."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        rollout.tenant.faults.add(Fault(method=method, path=path, times=None, **what))
        yield {}
        rollout.tenant.faults.clear()

    return broken


@asynccontextmanager
async def app_certificate(rollout: Rollout) -> AsyncIterator[Settings]:
    """Let the app sign in with a certificate that expires tomorrow."""
    made, app = new_certificate(), rollout.worker_app
    app.certificates = [made.public_pem]
    rollout.tenant.apps.put(app)
    path = rollout.folder / "app.pem"
    path.touch(mode=0o600)
    path.write_bytes(made.pem())
    yield {"CLIENT_SECRET": "", "CLIENT_CERTIFICATE_FILE": str(path)}
    app.certificates = []
    rollout.tenant.apps.put(app)


def site_grant(*granted: str) -> Broken:
    """Grant the worker other roles on the site."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        site = rollout.tenant.sites.find(population.SITE_ID)
        assert site is not None
        before = site.grants
        site.grants = {**before, population.WORKER_CLIENT_ID: list(granted)}
        yield {}
        site.grants = before

    return broken


def group(**kind: Any) -> Broken:
    """Let the enforcement group be of another kind."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        found = rollout.tenant.groups.find(population.GROUP_ID)
        assert found is not None
        before = {name: getattr(found, name) for name in kind}
        for name, value in kind.items():
            setattr(found, name, value)
        yield {}
        for name, value in before.items():
            setattr(found, name, value)

    return broken


def column(name: str, **other: Any) -> Broken:
    """Let a column of the list be another, or be missing."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        definition = rollout.tracking_list.definition
        before = definition.columns
        kept = [one for one in before if one.name != name]
        definition.columns = [*kept, *([new_column(name, **other)] if other else [])]
        yield {}
        definition.columns = before

    return broken


def names(**records: list[str]) -> Broken:
    """Let the DNS server know other TXT records of the sender's domain: ``spf``, ``dmarc``."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        known = rollout.names.records
        before = dict(known)
        known[population.DOMAIN] = records.get("spf", [SPF])
        known[f"_dmarc.{population.DOMAIN}"] = records.get("dmarc", ["v=DMARC1; p=none"])
        yield {}
        known.update(before)

    return broken


def clock(ahead: timedelta) -> Broken:
    """Let Microsoft's clock be ahead of ours."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        rollout.clock[0] = ahead
        yield {}
        rollout.clock[0] = timedelta(0)

    return broken


@asynccontextmanager
async def not_licensed(rollout: Rollout) -> AsyncIterator[Settings]:
    """Take Entra ID P1 away from the tenant, while the report is wanted."""
    rollout.tenant.premium = False
    yield {"REGISTRATION_SWEEP": "on"}
    rollout.tenant.premium = True
