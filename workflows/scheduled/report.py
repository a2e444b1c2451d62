"""Sending a report to its recipients."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.reports.report import (
        DeliverReportInput,
        EndReportInput,
        PreparedReport,
        ReportActivities,
        ReportInput,
    )
    from domain.identifiers import mail_task_queue
    from workflows import options
    from workflows.texts import SAID, SUMMARIES, Said, Step


@workflow.defn
class ReportWorkflow:
    """One report; each report has a schedule that starts it, and an admin may start one.

    Listens to nothing. A mail that can't leave within 20 hours is withdrawn. Completes with how
    many recipients it was sent to, 0 where the report was removed.
    """

    @workflow.run
    async def run(self, input: ReportInput) -> int:
        """Send once."""
        report = await workflow.execute_activity_method(
            ReportActivities.read_report,
            input,
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.REPORT_READ],
        )
        if report is None:
            return 0
        sends = (self._send(report, recipient) for recipient in range(report.recipients))
        sent = sum(await asyncio.gather(*sends))
        await workflow.execute_activity_method(
            ReportActivities.end_report,
            EndReportInput(report=report, sent=sent),
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.REPORT_END],
        )
        said = SAID[Said.REPORT].format(sent=sent, recipients=report.recipients)
        workflow.set_current_details(said)
        return sent

    @staticmethod
    async def _send(report: PreparedReport, recipient: int) -> bool:
        """Send the report to one recipient, and say whether it left."""
        info = workflow.info()
        mail = DeliverReportInput(
            report=report, recipient=recipient, run_id=info.first_execution_run_id
        )
        try:
            delivered = await workflow.execute_activity_method(
                ReportActivities.deliver_report,
                mail,
                task_queue=mail_task_queue(info.task_queue, report.sender),
                start_to_close_timeout=options.MAIL_DELIVERY,
                schedule_to_close_timeout=options.REPORT_LEAVES_WITHIN,
                heartbeat_timeout=options.PROMPT_HEARTBEAT,
                retry_policy=options.PATIENT,
                priority=options.RESEND,
                summary=SUMMARIES[Step.REPORT_SEND],
            )
        except ActivityError as error:
            workflow.logger.warning("report not sent", extra={"reason": str(error.cause)})
            delivered = await workflow.execute_activity_method(
                ReportActivities.withdraw_report,
                mail,
                start_to_close_timeout=options.MAIL_DELIVERY,
                retry_policy=options.PATIENT,
                summary=SUMMARIES[Step.REPORT_WITHDRAW],
            )
        return delivered.sent_at is not None
