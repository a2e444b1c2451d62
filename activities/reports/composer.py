"""What a report says and to whom it goes."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from activities.mail.composer import Composed, MailSettings
from domain.mail.content import SUPPRESSED, OutgoingMail
from domain.mail.rehearsal import redirected_subject
from domain.mail.returned.delivery_report import KEY_HEADER
from domain.reports.figures import as_json
from domain.reports.records import ReportContent
from domain.tables.mail import AdminMailKind

if TYPE_CHECKING:
    from templates.reports import ReportRenderer


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportComposer:
    """Makes the reports of one organisation; in a rehearsal they go where all mails go.

    ``draw`` makes the plot, as PNG; a report that has none, or whose can't be drawn, goes without.
    """

    renderer: "ReportRenderer"
    settings: MailSettings
    portal_url: str
    draw: Callable[[ReportContent], Awaitable[bytes | None]]

    async def compose(self, content: ReportContent, *, key: str, to: str) -> Composed:
        """Return the report for one recipient."""
        content = replace(content, plot=await self._plot(content))
        rendered = self.renderer.render(content)
        rehearsal = self.settings.redirect_to
        subject = redirected_subject(rendered.subject, to) if rehearsal else rendered.subject
        mail = OutgoingMail(
            subject=subject,
            html=rendered.html,
            text=rendered.text,
            images=rendered.images,
            to_address=rehearsal or to,
            to_name=rehearsal or to,
            headers={
                "X-MFA-Rollout-Mail": AdminMailKind.REPORT.value,
                KEY_HEADER: key,
                "X-Auto-Response-Suppress": SUPPRESSED,
            },
        )
        values = as_json(content.figures)
        return Composed(mail=mail, source=self.renderer.source(content), values=values)

    async def _plot(self, content: ReportContent) -> bytes | None:
        try:
            return await self.draw(content)
        except Exception:
            log.exception("plot of a report not drawn")
            return None
