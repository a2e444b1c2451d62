"""Reports to admins, a worker that dies, and what became of each mail."""

from typing import Any

from sqlalchemy import select

from activities.reports.composer import ReportComposer
from activities.reports.delivery import ReportDelivery
from activities.reports.report import (
    DeliverReportInput,
    PreparedReport,
    ReportActivities,
    ReportInput,
)
from database.mail.log import MailLog
from database.portal.reports import ReportTables
from database.schema import sent_mail
from domain.mail.content import Branding
from domain.reports.records import ReportContent
from domain.tables.mail import MailState
from simulated_tenant.exchange.message import Message
from templates.reports import ReportRenderer
from tests.activities.attempts import Attempts
from tests.activities.stage import Stage

ID = "3f2a0000-0000-4000-8000-000000000001"
BRANDING = Branding(company_name="Contoso", support_team="IT", support_email="it@contoso.example")
RUN = "run-1"


class DyingError(Exception):
    """The worker dies."""


class DyingLog:
    """The log, of a worker that dies right after the commit of one step."""

    def __init__(self, log: MailLog, step: str) -> None:
        """Wrap a log."""
        self._log = log
        self._step = step

    def __getattr__(self, name: str) -> Any:
        """Return the log's own method, or the one that is the last of its worker."""
        method = getattr(self._log, name)
        if name != self._step:
            return method

        async def last(*args: Any, **more: Any) -> Any:
            await method(*args, **more)
            raise DyingError

        return last


async def no_plot(_content: ReportContent) -> bytes | None:
    """Draw nothing."""
    return None


def activities(stage: Stage, log: Any = None, draw: Any = no_plot) -> ReportActivities:
    """Return the activities of a worker."""
    return ReportActivities(
        tables=ReportTables(stage.database),
        senders=(stage.mailbox,),
        log=log or stage.mail_log,
        delivery=ReportDelivery(turns=stage.turns),
        composer=ReportComposer(
            renderer=ReportRenderer(BRANDING),
            settings=stage.mail_settings,
            portal_url="https://mfa.contoso.example/portal",
            draw=draw,
        ),
    )


async def prepared(stage: Stage) -> PreparedReport:
    """Read the report's figures."""
    report = await Attempts(activities(stage).read_report).next(ReportInput(schedule_id=ID))
    assert report is not None
    return report


async def first(stage: Stage) -> DeliverReportInput:
    """Return what delivers the report to the first of the admins."""
    return DeliverReportInput(report=await prepared(stage), recipient=0, run_id=RUN)


def got(stage: Stage, admin: str) -> list[Message]:
    """Return the mails that somebody got."""
    return stage.mails(admin)


async def state(stage: Stage) -> MailState:
    """Return how far the only mail has come."""
    async with stage.database.reading() as connection:
        return MailState((await connection.scalars(select(sent_mail.c.state))).one())
