"""One person, and one line of a list of people, as REST tells them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.admin.rest.models import RestModel
from domain.standing.why_not_sooner import HoldReason
from domain.status import EnrolmentEnd, InviteStatus, MailKind, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailState
from domain.tables.story import StoryKind

ObjectId = Annotated[
    str,
    Field(
        description="The user's ObjectId in Entra ID.",
        examples=["3c5b0000-0000-4000-8000-000000000001"],
    ),
]


class PersonLineModel(RestModel):
    """One person in a list."""

    object_id: ObjectId
    upn: str = Field(description="User principal name.", examples=["ada@contoso.com"])
    display_name: str | None = Field(description="The name in Entra ID.", examples=["Ada Lovelace"])
    mail: str | None = Field(
        description="The address that mails go to.", examples=["ada@contoso.com"]
    )
    department: str | None = Field(description="The department in Entra ID.", examples=["Finance"])
    language: str | None = Field(description="The preferred language in Entra ID.")
    status: InviteStatus = Field(description="Where the person stands.", examples=["Sent"])
    registration: RegistrationState = Field(
        description="Whether an MFA method is registered.", examples=["Not Registered"]
    )
    in_group: bool = Field(description="Whether they are in the enforcement group.")
    batch_id: str = Field(description="The batch that brought them.", examples=["wave-1"])
    manager_upn: str | None = Field(description="Their manager, as far as one was needed.")
    invite_sent_at: datetime | None = Field(
        description="When the last invitation was sent.", examples=["2026-11-20T09:00:00Z"]
    )
    clicked_at: datetime | None = Field(description="When the link was clicked.")
    reminder_count: int = Field(description="Reminders since the last invitation.")
    escalated: bool = Field(description="Whether the manager was told by mail.")
    escalated_at: datetime | None = Field(description="When that was.")
    registered_at: datetime | None = Field(description="When a method was first seen.")
    problem: str | None = Field(description="What an admin has to put right, in a sentence.")
    attention: AttentionKind | None = Field(description="Why an admin should look at them.")
    next_step: NextStep | None = Field(
        description="What happens next; null: nothing by itself.", examples=["reminder"]
    )
    due_at: datetime | None = Field(
        description="When that is due at the earliest.", examples=["2026-11-27T09:00:00Z"]
    )
    ended: EnrolmentEnd | None = Field(description="How the enrolment ended; null: it runs.")


class PeoplePageModel(RestModel):
    """A page of a list of people."""

    total: int = Field(description="How many people the filter finds.")
    people: list[PersonLineModel] = Field(description="The people of this page.")
    next: str | None = Field(
        description="Send it as `after` with the same filter for the next page; null: the last."
    )


class HoldModel(RestModel):
    """One reason why the next step doesn't happen sooner."""

    reason: HoldReason = Field(description="The reason, for programs.", examples=["window"])
    text: str = Field(
        description="The reason in a sentence, times in UTC.",
        examples=["Mail leaves from 08:00 to 18:00 on working days."],
    )
    until: datetime | None = Field(description="When it ends, if that is known.")
    since: datetime | None = Field(description="Since when, of what somebody did.")
    actor: str | None = Field(description="Who did it.")
    why: str | None = Field(description="Why, as they said.")


class StoryEventModel(RestModel):
    """One event of a person's story."""

    at: datetime = Field(description="When it happened.")
    kind: StoryKind = Field(description="What happened, for programs.", examples=["invited"])
    text: str = Field(
        description="What happened, in a sentence.", examples=["The invitation was sent."]
    )
    actor: str | None = Field(description="The admin who asked for it.")


class MailModel(RestModel):
    """One mail of a person."""

    kind: MailKind = Field(description="Which mail it is.")
    state: MailState = Field(description="How far it has come.", examples=["sent"])
    sender: str = Field(description="The mailbox that sends it.", examples=["mfa@contoso.com"])
    reserved_at: datetime = Field(description="When it was planned.")
    sending_at: datetime | None = Field(description="When it was handed to Exchange.")
    finished_at: datetime | None = Field(description="When it was sent, or given up.")
    outcome: str | None = Field(description="Why it was not sent, or came back.")


class ListItemModel(RestModel):
    """What the tracking list holds about a person."""

    item_id: str | None = Field(description="The id of the row; null: not known yet.")
    written_at: datetime = Field(description="When it was written last.")
    refused: dict[str, str] = Field(
        description="Columns that the list refuses, and since when.",
        examples=[{"Department": "2026-11-20T09:00:00+00:00"}],
    )


class LinksModel(RestModel):
    """Where else to look."""

    workflow_id: str = Field(
        description="The id of the enrolment's workflow in Temporal.",
        examples=["mfa-enrolment-3c5b0000-0000-4000-8000-000000000001"],
    )
    temporal_ui: str | None = Field(description="The workflow's page in the Temporal UI.")
    portal: str | None = Field(description="The person's page in the portal.")


class AttentionReasonModel(RestModel):
    """Why an admin should look at a person."""

    kind: AttentionKind = Field(description="The kind, for programs.")
    text: str = Field(description="The reason.", examples=["No manager to tell"])
    to_do: str = Field(
        description="What to do.", examples=["Enter a manager in Entra ID, or tell them yourself."]
    )


class PersonModel(RestModel):
    """Everything that is told about one person."""

    person: PersonLineModel = Field(description="Where the person stands.")
    status_text: str = Field(
        description="Where the person stands, in a sentence.",
        examples=["The invitation was sent on 20 Nov 2026 09:00 UTC."],
    )
    next_text: str = Field(
        description="What happens next and when, in a sentence.",
        examples=["Reminder on 27 Nov 2026 09:00 UTC."],
    )
    needs_attention: list[AttentionReasonModel] = Field(
        description="All reasons for which an admin should look at them, also those by the time."
    )
    why_not_sooner: list[HoldModel] = Field(description="What the next step waits for.")
    clicked_at: datetime | None = Field(description="When the link was clicked.")
    opened_at: datetime | None = Field(description="When a mail was opened first.")
    added_to_group_at: datetime | None = Field(description="When they joined the group.")
    last_checked_at: datetime | None = Field(description="When the methods were looked at last.")
    own_hours: str | None = Field(
        description="When they are mailed, in words; null: as the settings say.",
    )
    own_mailboxes: list[str] | None = Field(
        description="The mailboxes that their import chose; null: it chose none."
    )
    paused_by: str | None = Field(description="Who paused them; null: not paused.")
    paused_reason: str | None = Field(description="Why they are paused.")
    ended_at: datetime | None = Field(description="When the enrolment ended.")
    story: list[StoryEventModel] = Field(description="What happened, the oldest first.")
    mails: list[MailModel] = Field(description="All mails, the oldest first.")
    tracking_list: ListItemModel = Field(description="The row of the tracking list.")
    links: LinksModel = Field(description="Where else to look.")
