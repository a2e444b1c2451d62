"""Which looks there are, with the settings that each needs: one that lacks a setting says so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cli.doctor.settings import SeenSettings
from client.doctor.database import DatabaseFacts, judge_facts, judge_failure, read_facts
from client.doctor.look import Look, Shared, look_together
from client.doctor.microsoft import look_at_way
from client.doctor.public_url import look_at_public_url
from client.doctor.send_test import SendingTest
from client.doctor.sender_domain import look_at_domain
from client.doctor.senders import look_at_sender
from client.doctor.temporal import CHECKS as TEMPORAL
from client.doctor.temporal import look_at_temporal
from client.doctor.tenant import (
    look_at_certificate,
    look_at_excluded_group,
    look_at_group,
    look_at_permissions,
    look_at_report,
    read_roles,
)
from client.doctor.tracking_list import look_at_list
from database.engine import database_at
from database.errors import DatabaseUnavailable, SchemaOutdated
from domain.doctor.checks import Blind, Check, Finding, after, found
from domain.doctor.links import judge_link_keys
from domain.doctor.send_test import SendTest, judge_send_test
from domain.doctor.sender_domain import SPF_INCLUDES, USUAL_SPF_INCLUDE
from domain.failures import SignInFailed
from graph.http.client import GraphClient
from settings import UnknownValueError, WorkerSettings, demo_calendar
from worker.graph import open_graph

Lines = Awaitable[Sequence[Finding]]


class ContradictionError(Exception):
    """The settings of the sign-in contradict each other, so nobody is given the credential."""


async def look_at_everything(
    seen: SeenSettings, *, within: timedelta, dns_server: str | None
) -> list[Finding]:
    """Return all lines, those of the settings first."""
    async with _looks(seen, within=within, dns_server=dns_server) as looks:
        return [*seen.findings, *await look_together([*looks.all()], within=within)]


async def send_test(
    seen: SeenSettings, admin: str, *, within: timedelta
) -> tuple[Sequence[Finding], SendTest | None]:
    """Send two mails from the first sender mailbox; return the lines and the record."""
    record: list[SendTest] = []

    async def send() -> Sequence[Finding]:
        sender = seen.worker.sender_mailboxes[0]
        record.append(await looks.send_test(sender, admin, within=within))
        return judge_send_test(record[0])

    # More than it waits for by itself, since what hangs must end, too.
    limit = 2 * within + timedelta(minutes=2)
    async with _looks(seen, within=within, dns_server=None) as looks:
        lines = await look_together([_look(send, Check.SEND_TEST)], within=limit)
    return lines, record[0] if record else None


@asynccontextmanager
async def _looks(
    seen: SeenSettings, *, within: timedelta, dns_server: str | None
) -> AsyncIterator["Looks"]:
    async with AsyncExitStack() as stack:
        looks = Looks(seen, stack, within=within, dns_server=dns_server)
        try:
            yield looks
        finally:
            looks.cancel()


class Looks:
    """The looks of one run, and what they share."""

    def __init__(
        self,
        seen: SeenSettings,
        stack: AsyncExitStack,
        *,
        within: timedelta,
        dns_server: str | None,
    ) -> None:
        """Begin to open what is shared; ``stack`` closes it."""
        self._seen = seen
        self._settings = seen.worker
        self._dns_server = dns_server
        # In half of the time: those to whom the facts are a help go on without them.
        self._facts = Shared(_read_facts(seen.worker, stack, within / 2))
        self._graph = Shared(_open_graph(seen.worker, stack))
        self._roles = Shared(self._read_roles())

    @property
    def _may_sign_in(self) -> bool:
        try:
            return self._settings.may_sign_in
        except UnknownValueError:
            return False

    def cancel(self) -> None:
        """Stop reading what nobody waits for any more."""
        for shared in (self._facts, self._graph, self._roles):
            shared.cancel()

    def all(self) -> Iterator[Look]:
        """Yield every look."""
        yield _look(self._database, Check.DATABASE, Check.MAIL_SWITCH, Check.LINKS)
        yield _look(self._temporal, *TEMPORAL)
        yield _look(self._permissions, Check.SIGN_IN, Check.PERMISSIONS)
        yield _look(self._certificate, Check.CERTIFICATE)
        yield _look(self._way, Check.MICROSOFT, Check.CLOCK)
        yield _look(self._group, Check.ENFORCEMENT_GROUP)
        yield _look(self._excluded_group, Check.EXCLUDED_GROUP)
        yield _look(self._list, Check.SITE, Check.TRACKING_LIST)
        yield _look(self._report, Check.REGISTRATION_REPORT)
        yield _look(self._public_url, Check.PUBLIC_URL, Check.CLIENT_ADDRESS)
        try:
            mailboxes = self._settings.sender_mailboxes
        except UnknownValueError as unknown:
            error = unknown
            yield _look(lambda: _fail(error), Check.SENDER, Check.SENDER_DOMAIN)
            return
        for mailbox in mailboxes:
            yield _look(_given(self._sender, mailbox), Check.SENDER, about=mailbox)
        for domain in dict.fromkeys(one.rpartition("@")[2].casefold() for one in mailboxes):
            yield _look(_given(self._domain, domain), Check.SENDER_DOMAIN, about=domain)

    async def send_test(self, sender: str, admin: str, *, within: timedelta) -> SendTest:
        """Send two mails, and watch them."""
        return await SendingTest(await self._graph.get(), sender).run(admin, within=within)

    async def _read_roles(self) -> frozenset[str]:
        return await read_roles(await self._graph.get())

    async def _database(self) -> Sequence[Finding]:
        try:
            facts = await self._facts.get()
            return [*judge_facts(facts), *self._links(facts)]
        except (SchemaOutdated, DatabaseUnavailable) as failure:
            return judge_failure(failure)

    def _links(self, facts: DatabaseFacts) -> Sequence[Finding]:
        try:
            return judge_link_keys(facts.link_keys, self._settings.token_keys)
        except UnknownValueError:
            setting = "TRACKING_TOKEN_KEY"
            return [found(Check.LINKS, Blind.SETTING_UNKNOWN, setting=setting)]

    async def _temporal(self) -> Sequence[Finding]:
        if self._seen.temporal is None:
            return [after(check, Check.SETTINGS) for check in TEMPORAL]
        try:
            senders = len(self._settings.sender_mailboxes)
        except UnknownValueError:
            senders = 0
        return await look_at_temporal(self._seen.temporal, senders=senders)

    async def _permissions(self) -> Sequence[Finding]:
        return await look_at_permissions(self._roles, client_id=self._settings.client_id)

    async def _certificate(self) -> Sequence[Finding]:
        # Where there is no one identity, the line of the sign-in says so.
        return await look_at_certificate(self._settings.connection) if self._may_sign_in else []

    async def _way(self) -> Sequence[Finding]:
        return await look_at_way(self._settings.graph_base_url, self._settings.http_options)

    async def _group(self) -> Sequence[Finding]:
        group_id = self._settings.enforcement_group_id
        return await look_at_group(await self._graph.get(), self._roles, group_id)

    async def _excluded_group(self) -> Sequence[Finding]:
        group_id = self._settings.excluded_group_id
        return await look_at_excluded_group(await self._graph.get(), self._roles, group_id)

    async def _list(self) -> Sequence[Finding]:
        site_id, client_id = self._settings.site_id, self._settings.client_id
        graph, list_id = await self._graph.get(), None
        try:
            list_id = self._settings.list_id
        except UnknownValueError as unknown:
            lines = await look_at_list(
                graph, self._roles, site_id=site_id, list_id=None, client_id=client_id
            )
            return [*lines[:1], _unknown(unknown, Check.TRACKING_LIST)]
        return await look_at_list(
            graph, self._roles, site_id=site_id, list_id=list_id, client_id=client_id
        )

    async def _report(self) -> Sequence[Finding]:
        sweep, client_id = self._settings.registration_sweep, self._settings.client_id
        return await look_at_report(await self._graph.get(), sweep, client_id=client_id)

    async def _sender(self, mailbox: str) -> Sequence[Finding]:
        return await look_at_sender(
            await self._graph.get(),
            self._facts,
            mailbox,
            client_id=self._settings.client_id,
            per_day=self._settings.mail_per_day,
        )

    async def _domain(self, domain: str) -> Sequence[Finding]:
        if self._settings.simulated_tenant and self._dns_server is None:
            return [found(Check.SENDER_DOMAIN, Blind.SIMULATED, domain)]
        host = urlsplit(self._settings.graph_base_url).hostname or ""
        include = SPF_INCLUDES.get(host, USUAL_SPF_INCLUDE)
        return await look_at_domain(domain, include=include, server=self._dns_server)

    async def _public_url(self) -> Sequence[Finding]:
        return await look_at_public_url(self._settings.public_base_url, self._facts)


async def _read_facts(
    settings: WorkerSettings, stack: AsyncExitStack, within: timedelta
) -> DatabaseFacts:
    database = database_at(settings.database_address, settings.data_dir)
    stack.push_async_callback(database.close)
    try:
        senders = settings.sender_mailboxes
    except UnknownValueError:
        senders = ()
    async with asyncio.timeout(within.total_seconds()):
        now, calendar = datetime.now(UTC), demo_calendar()
        return await read_facts(database, senders, now=now, calendar=calendar)


async def _open_graph(settings: WorkerSettings, stack: AsyncExitStack) -> GraphClient:
    if not settings.may_sign_in:
        raise ContradictionError
    try:
        return await stack.enter_async_context(open_graph(settings))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SignInFailed(
            f"CLIENT_CERTIFICATE_FILE or CA_BUNDLE can't be read: {reason}."
        ) from None


def _look(run: Callable[[], Lines], *checks: Check, about: str = "") -> Look:
    """Return a look that says which setting it lacks."""

    async def knowing() -> Sequence[Finding]:
        try:
            return await run()
        except UnknownValueError as unknown:
            return [_unknown(unknown, check, about) for check in checks]
        except ContradictionError:
            return [after(check, Check.SETTINGS, about) for check in checks]

    return Look(checks=checks, run=knowing, about=about)


def _given(run: Callable[[str], Lines], value: str) -> Callable[[], Lines]:
    return lambda: run(value)


async def _fail(error: Exception) -> Sequence[Finding]:
    raise error


def _unknown(unknown: UnknownValueError, check: Check, about: str = "") -> Finding:
    return found(check, Blind.SETTING_UNKNOWN, about, setting=str(unknown).upper())
