"""Telling a webhook of status changes, and testing it."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.webhooks.deliver import WebhookActivities, WebhookInput, WebhookReport
    from domain.webhooks.records import PostAnswer
    from workflows import options
    from workflows.texts import SAID, SUMMARIES, Said, Step

EVERY = timedelta(minutes=1)


@workflow.defn
class WebhookDeliveryWorkflow:
    """Delivers what one webhook is still to be told; each webhook has a schedule that starts it.

    Listens to nothing. While the webhook takes no messages it lasts, for three days at most, and
    the schedule starts no other. Fails never; a webhook that was given up says so in its row.
    """

    @workflow.run
    async def run(self, input: WebhookInput) -> WebhookReport:
        """Deliver once."""
        report = await workflow.execute_activity_method(
            WebhookActivities.deliver_webhook,
            input,
            start_to_close_timeout=options.WEBHOOK_DELIVERY,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.WEBHOOK,
            summary=SUMMARIES[Step.WEBHOOK],
        )
        said = Said.WEBHOOK_GIVEN_UP if report.given_up else Said.WEBHOOK
        workflow.set_current_details(SAID[said].format(count=report.delivered))
        return report


@workflow.defn
class WebhookTestWorkflow:
    """Posts one message that says nothing, from where the worker is.

    Started by an admin. Listens to nothing, and completes with what became of the message.
    """

    @workflow.run
    async def run(self, input: WebhookInput) -> PostAnswer:
        """Post once."""
        return await workflow.execute_activity_method(
            WebhookActivities.test_webhook,
            input,
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.WEBHOOK_TEST],
        )
