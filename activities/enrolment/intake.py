"""The first step of an enrolment: who is this, what does the list say, registered already?"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from activities.concurrency import meanwhile
from activities.enrolment.exclusions import Exclusions
from activities.enrolment.first_row import (
    IntakeInput,
    IntakeResult,
    first_write,
    look_up_send_time,
)
from activities.registration.unknown_methods import report_unknown
from activities.texts import WAITING, Waiting
from activities.tracking_list.persons_row import PersonsRow
from activities.tracking_list.row_writes import RowRecorder, WriteRowInput
from domain.enrolment.state import EnrolmentInput, EnrolmentState, LookedUp
from domain.failures import (
    FailureType,
    NotFound,
    PermanentFailure,
    RolloutError,
    UserNotFound,
)
from domain.instants import is_recent
from domain.person import Person
from domain.plain_text import LONGEST
from domain.registration.methods import COUNTED, TIMES_MISSING, MethodsSeen, classify
from domain.tracking_list.adoption import HIGHEST_COUNT, adopt, begin, claims_group
from domain.tracking_list.columns import (
    OURS,
    OWN_TOKEN,
    UNKNOWN,
    Fields,
    Value,
)
from domain.tracking_list.own_token import is_ours
from domain.tracking_list.row import token_in
from temporal.failures import waiting

if TYPE_CHECKING:
    from database.enrolments.records import EnrolmentRecords
    from graph.authentication_methods import AuthenticationMethods
    from graph.directory import Directory
    from graph.groups import EnforcementGroup
    from graph.tracking_list import Item, TrackingList
    from temporal.encryption.names import UserPrincipalNames


# Tables that hang hold nobody up for longer.
RECORDED_WITHIN = timedelta(seconds=30)


class IntakeActivities:
    """Reads directory, list and methods once, and makes the user's row."""

    def __init__(
        self,
        *,
        directory: "Directory",
        methods: "AuthenticationMethods",
        tracking_list: "TrackingList",
        group: "EnforcementGroup",
        exclusions: Exclusions,
        records: "EnrolmentRecords",
        senders: Sequence[str],
        names: "UserPrincipalNames",
        token_keys: Sequence[bytes],
        counted: frozenset[str] = COUNTED,
    ) -> None:
        """Take clients, mailboxes, hidden names, the ring of keys, and the methods that count."""
        self._directory = directory
        self._methods = methods
        self._rows = PersonsRow(tracking_list, directory, records, token_keys)
        self._group = group
        self._exclusions = exclusions
        self._records = records
        self._recorder = RowRecorder(records, senders)
        self._names = names
        self._keys = token_keys
        self._counted = counted

    @activity.defn
    async def look_up_and_adopt(self, input: IntakeInput) -> IntakeResult:
        """Look the user up, create their row or adopt the one that exists, and begin.

        Idempotent: a row that an earlier attempt made is found by ObjectId or by the unique
        ``Title``, also when its creation succeeded and the answer was lost. While the list is away,
        somebody new goes on without a row. What the import asked within the last minute isn't asked
        again. Where the list has everything, our database is written, too; while that is away, it
        is left to the mirror.

        Raises:
            UserMissing: the directory doesn't know the ObjectId; retried twice over a day, since a
                new account may take a while to show everywhere.
            UserNotFound: it still doesn't know it (not retried).
            PermanentFailure: permissions or configuration need fixing (not retried).
        """
        enrolment, asked_at = input.enrolment, datetime.now(UTC)
        known = enrolment.looked_up
        if known is not None and not is_recent(known.at, asked_at):
            known = None
        if known is not None and known.registered is not None:
            asked_at = known.at
        async with meanwhile(self._methods_seen(enrolment, known)) as methods_read:
            state = await self._looked_up(enrolment, known)
            person = state.person
            if person is None:
                raise AssertionError("who was looked up was found")
            try:
                methods = await methods_read
            except RolloutError:
                # Whoever looks for the person on the list shall find them meanwhile.
                await self._item(enrolment, state, person)
                raise
        report_unknown(methods.unknown)
        if not methods.unknown:
            # Of unknown ones it is the poll that tells, at once.
            state.methods_read_at = asked_at
        item = await self._item(enrolment, state, person)
        # A row that was just made has nothing to adopt; one that the filter missed may have.
        fields = await self._without_own_token(item.fields, person) if item is not None else {}
        if item is not None:
            in_group = claims_group(fields) and await self._is_member(person)
            now = datetime.now(UTC)
            adopt(state, fields, enrolment.policy, now=now, in_group=in_group)
        state.item_id = item.id if item is not None else None
        at = activity.info().started_time
        begin(state, input.early, at, registered=methods.registered)
        look_up_send_time(enrolment, state, at)
        written = _written(fields)
        row = await self._record(first_write(input, state, written, at))
        hidden_upn = self._names.hidden(person.user_principal_name)
        return IntakeResult(state=state, written=written, row=row, hidden_upn=hidden_upn)

    async def _record(self, write: WriteRowInput | None) -> WriteRowInput | None:
        """Write the first row, and return it if it is written."""
        if write is None:
            return None
        try:
            async with asyncio.timeout(RECORDED_WITHIN.total_seconds()):
                await self._recorder.record(write)
        except (RolloutError, TimeoutError) as failure:
            reason = type(failure).__name__
            activity.logger.info("row not recorded yet", extra={"reason": reason})
            return None
        return write

    async def _methods_seen(self, input: EnrolmentInput, known: LookedUp | None) -> MethodsSeen:
        if known is not None and known.registered is not None:
            return MethodsSeen(registered=known.registered, unknown=known.unknown_methods)
        return classify(await self._methods.methods(input.object_id), self._counted)

    async def _looked_up(self, input: EnrolmentInput, known: LookedUp | None) -> EnrolmentState:
        """Return the state of somebody new: who they are, and whether they are excluded."""
        now = datetime.now(UTC)
        if known is not None:
            return EnrolmentState(person=known.person, not_excluded_at=known.at)
        in_group = self._exclusions.excludes_by_group(input.object_id)
        async with meanwhile(in_group) as excluded_read:
            person = await self._person(input)
            excluded = self._exclusions.names(person) or await excluded_read
        return EnrolmentState(
            person=person,
            excluded=excluded,
            not_excluded_at=None if excluded else now,
        )

    async def _without_own_token(
        self, fields: Mapping[str, object], person: Person
    ) -> Mapping[str, object]:
        """Return a row's columns, with a mark in place of a token that is none of an older system.

        A token that we have made with a key that was dropped since is written anew.
        """
        token = token_in(fields)
        if token is None:
            return fields
        if is_ours(token, person.object_id, self._keys):
            return {**fields, "TrackingToken": OWN_TOKEN}
        if await self._records.has_own_token(person.object_id):
            return {**fields, "TrackingToken": UNKNOWN}
        return fields

    async def _item(
        self, input: EnrolmentInput, state: EnrolmentState, person: Person
    ) -> "Item | None":
        """Return the person's row; None where there was none and the list is away: it follows."""
        try:
            # A pass of the whole list has looked already, and ``Title`` is unique. But an earlier
            # attempt may have made the row.
            is_new = input.has_no_row and activity.info().attempt == 1
            item = await self._rows.of(person, input, state, is_new=is_new)
        except RolloutError as failure:
            if not input.has_no_row:
                raise
            reason = type(failure).__name__
            activity.logger.info("row not made yet", extra={"reason": reason})
            return None
        return item

    async def _person(self, input: EnrolmentInput) -> Person:
        try:
            return await self._directory.user(input.object_id)
        except NotFound as missing:
            if activity.info().attempt >= TIMES_MISSING:
                raise UserNotFound(str(missing), status=missing.status) from None
            raise waiting(
                WAITING[Waiting.USER_UNKNOWN],
                type=FailureType.USER_MISSING,
                next_retry_delay=input.policy.gone_after / (TIMES_MISSING - 1),
            ) from None

    async def _is_member(self, person: Person) -> bool:
        """Ask Graph; where that may not be read, adding the user will tell."""
        try:
            return await self._group.is_member(person.object_id)
        except PermanentFailure as failure:
            reason = type(failure).__name__
            activity.logger.info("membership not read", extra={"reason": reason})
            return False


def _written(fields: Mapping[str, object]) -> Fields:
    """Return the row's columns in the forms that we write, so that equal ones aren't rewritten.

    A longer text or a larger number than ours can be isn't as we write it, whatever it is.
    """

    def ours(value: str | int | None) -> Value:
        too_much = len(value) > LONGEST if isinstance(value, str) else (value or 0) > HIGHEST_COUNT
        return UNKNOWN if too_much else value

    return {
        name: ours(value)
        for name, value in fields.items()
        if name in OURS and (isinstance(value, str | int) or value is None)
    }
