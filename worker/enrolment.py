"""The enrolment of one person, and what begins or finds one."""

from activities.enrolment.account import DirectoryActivities
from activities.enrolment.cancellation import CancellationActivities
from activities.enrolment.find_person import FindPersonActivities
from activities.enrolment.group import GroupActivities
from activities.enrolment.intake import IntakeActivities
from activities.enrolment.legacy_link import LegacyLinkActivities
from activities.enrolment.stuck import StuckEnrolmentsActivities
from database.rollout.check_reports import CheckReports
from graph.groups import EnforcementGroup
from temporal.encryption.environment import names_of
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.enrolment.workflow import EnrolmentWorkflow
from workflows.legacy_link import LegacyLinkWorkflow
from workflows.resend_request import ResendRequestWorkflow
from workflows.scheduled.stuck_enrolments import StuckEnrolmentsWorkflow

WORKFLOWS = (
    EnrolmentWorkflow,
    LegacyLinkWorkflow,
    ResendRequestWorkflow,
    StuckEnrolmentsWorkflow,
)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what enrolments run."""
    directory, exclusions = needs.directory, needs.exclusions
    enforcement = EnforcementGroup(needs.graph, needs.settings.enforcement_group_id)
    intake = IntakeActivities(
        directory=directory,
        methods=needs.methods,
        tracking_list=needs.tracking_list,
        group=enforcement,
        exclusions=exclusions,
        records=needs.records,
        senders=needs.settings.sender_mailboxes,
        names=names_of(needs.client),
        token_keys=needs.settings.token_keys,
        counted=needs.settings.counted,
    )
    group = GroupActivities(group=enforcement, directory=directory, exclusions=exclusions)
    stuck = StuckEnrolmentsActivities(
        client=needs.client,
        tracking_list=needs.tracking_list,
        reports=CheckReports(needs.database),
    )
    people = FindPersonActivities(directory=directory, token_keys=needs.settings.token_keys)
    return [
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(
                intake.look_up_and_adopt,
                group.add_to_group,
                DirectoryActivities(directory=directory).await_enabled,
                people.find_object_id,
                people.find_object_ids,
                CancellationActivities(client=needs.client).request_cancellation,
                LegacyLinkActivities(client=needs.client).start_from_row,
                stuck.report_stuck,
            ),
        )
    ]
