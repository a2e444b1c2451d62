"""The activity that starts a part of an import, and its attempts, over a stage's tenant."""

from uuid import uuid4

from activities.imports.registered_people import RegisteredPeople
from activities.imports.start_enrolments import ImportActivities
from database.enrolments.known_people import KnownPeople
from database.imports.records import ImportRecords
from database.tombstones import Tombstones
from domain.imports.report import ImportReport
from graph.authentication_methods import AuthenticationMethods
from graph.registration_report import RegistrationReport
from tests.activities.attempts import Attempts
from tests.activities.stage import Stage


def registered_people(stage: Stage) -> RegisteredPeople:
    """Return who is registered, at a rate for which nobody waits."""
    # The tests of a minute read the report more often than a day's imports do.
    stage.assume(reportcalls="off")
    return RegisteredPeople(
        report=RegistrationReport(stage.graph),
        methods=AuthenticationMethods(stage.graph),
        looks_per_second=1_000,
    )


def import_activities(stage: Stage) -> ImportActivities:
    """Return the activities of imports."""
    return ImportActivities(
        client=stage.client,
        directory=stage.directory,
        methods=AuthenticationMethods(stage.graph),
        tracking_list=stage.tracking_list,
        records=ImportRecords(stage.database, Tombstones()),
        known=KnownPeople(stage.database),
        exclusions=stage.exclusions,
        registered=registered_people(stage),
        tenant_domains=stage.tenant_domains,
        guests=stage.guests,
    )


def starting(stage: Stage) -> Attempts[ImportReport]:
    """Return the attempts of one part."""
    return Attempts(import_activities(stage).start_enrolments, task_queue=str(uuid4()))
