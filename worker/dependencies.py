"""What the activities of one worker share: settings, Temporal, Microsoft Graph, our tables."""

from dataclasses import dataclass

from temporalio.client import Client

from activities.enrolment.exclusions import Exclusions
from activities.tracking_list.write_row import RowActivities
from database.engine import Database
from database.enrolments.records import EnrolmentRecords
from database.tombstones import Tombstones
from database.tracking_list.list_pass import ListPass
from graph.authentication_methods import AuthenticationMethods
from graph.directory import Directory
from graph.groups import Memberships
from graph.http.client import GraphClient
from graph.tracking_list import TrackingList
from settings import WorkerSettings
from temporal.encryption.environment import names_of

# Seconds in which so many checks are spread as 10 seconds allow: on their way they may crowd.
PERIOD_OF_CHECKS = 10.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """What areas build their activities from."""

    client: Client
    graph: GraphClient
    database: Database
    settings: WorkerSettings
    task_queue: str

    @property
    def directory(self) -> Directory:
        """People and their managers."""
        return Directory(self.graph)

    @property
    def methods(self) -> AuthenticationMethods:
        """People's registered methods."""
        return AuthenticationMethods(self.graph)

    @property
    def tracking_list(self) -> TrackingList:
        """The tracking list."""
        return TrackingList(self.graph, self.settings.site_id, self.settings.list_id)

    @property
    def exclusions(self) -> Exclusions:
        """Who is never mailed or added to the group."""
        return Exclusions(
            memberships=Memberships(self.graph),
            group_id=self.settings.excluded_group_id,
            users=frozenset(self.settings.excluded_users),
        )

    @property
    def records(self) -> EnrolmentRecords:
        """People's rows in our database."""
        return EnrolmentRecords(self.database, Tombstones())

    @property
    def rows(self) -> RowActivities:
        """What writes people's rows, on the list and in our database."""
        return RowActivities(
            tracking_list=self.tracking_list,
            records=self.records,
            senders=self.settings.sender_mailboxes,
            token_key=self.settings.token_keys[0],
            names=names_of(self.client),
        )

    @property
    def list_pass(self) -> ListPass:
        """People's rows, as a pass over the whole list compares them."""
        return ListPass(self.database, Tombstones())

    @property
    def guests(self) -> bool:
        """Whether guests of the tenant are enrolled."""
        return self.settings.guests == "include"

    @property
    def looks_per_second(self) -> float:
        """How many looks at registered methods the tenant allows."""
        return self.settings.registration_checks_per_10s / PERIOD_OF_CHECKS
