"""The row of somebody who is taken in: found, taken over from who had the name, or made."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from temporalio import activity

from activities.concurrency import all_of
from activities.tracking_list.column_writes import write_columns
from activities.tracking_list.duplicate_rows import note_duplicate
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.failures import BadRequest, DuplicateValue, NotFound, ServiceUnavailable
from domain.person import Person
from domain.tracking_list.columns import Fields, iso, item_fields
from domain.tracking_list.own_token import with_own_token
from domain.tracking_list.problem_column import with_sentence
from domain.tracking_list.row import names_another, object_id_in

if TYPE_CHECKING:
    from database.enrolments.records import EnrolmentRecords
    from graph.directory import Directory
    from graph.tracking_list import Item, TrackingList


# How often the list refuses a new row before that counts: attempts double their distance from a
# second on, and filters show rows about a minute late (microsoft-graph-explorer-v4#3763).
TIMES_REFUSED = 9


class PersonsRow:
    """Finds people's rows, and makes them. It alone gives a row to another person."""

    def __init__(
        self,
        tracking_list: "TrackingList",
        directory: "Directory",
        records: "EnrolmentRecords",
        token_keys: Sequence[bytes],
    ) -> None:
        """Take the list, the directory, our own rows, and the ring of keys."""
        self._list = tracking_list
        self._directory = directory
        self._records = records
        self._keys = token_keys

    async def of(
        self, person: Person, input: EnrolmentInput, state: EnrolmentState, *, is_new: bool
    ) -> "Item":
        """Return the person's row, which ``is_new`` says there is none of yet.

        Raises:
            BadRequest: the list refuses the row, and has done so for minutes.
            RolloutError: the list, the directory or, of a row that was another's, our database
                can't be used.
        """
        rows = [] if is_new else await self._found(person)
        item = rows[0] if rows else await self._create(person, input, state)
        if names_another(item.fields, person.object_id):
            item = await self._take_over(item, input, state)
        for other in rows[1:]:
            await note_duplicate(self._list, other, item.id)
        return item

    async def _found(self, person: Person) -> list["Item"]:
        """Return the person's rows, the one that counts first: by identity, else by name.

        The oldest of several wins. A row of this name with another ObjectId is the person's only
        where there is no other: a re-created user takes over the old row.
        """
        by_id, by_name = await all_of(
            [
                self._list.find("ObjectId", person.object_id),
                self._list.find("Title", person.user_principal_name),
            ]
        )
        known = {item.id for item in by_id}
        others = [
            item
            for item in by_name
            if item.id not in known
            and not (by_id and object_id_in(item.fields))
            and not await self._is_of_somebody_renamed(item, person)
        ]
        return [*_oldest_first(by_id), *_oldest_first(others)]

    async def _is_of_somebody_renamed(self, item: "Item", person: Person) -> bool:
        """Say whether the row is another's, who had the name before; then it gets their new name.

        Idempotent. Whoever isn't in the directory any more leaves the row to the new owner.

        Raises:
            DuplicateValue: another row bears that new name.
        """
        owner_id = object_id_in(item.fields)
        if owner_id is None or owner_id == person.object_id:
            return False
        try:
            owner = await self._directory.user(owner_id)
        except NotFound:
            return False
        await self._list.update(item.id, {"Title": owner.user_principal_name})
        return True

    async def _take_over(
        self, item: "Item", input: EnrolmentInput, state: EnrolmentState
    ) -> "Item":
        """Make the row of somebody who is gone that of the person who has their name now.

        At once and whole: no later write may be the first to say whose row it is, or an attempt
        that is made again would take the other's dates for the person's. From then on the row
        doesn't tell whose it was, so our own is told before.
        """
        if former := object_id_in(item.fields):
            await self._records.note_replaced(former, by=input.object_id)
        fields = self._columns(input, state)
        refused, _ = await write_columns(self._list, item.id, fields)
        written: dict[str, object] = {**fields}
        for name in refused:
            del written[name]
        return replace(item, fields=written)

    def _columns(self, input: EnrolmentInput, state: EnrolmentState) -> Fields:
        """Return all columns of somebody new, with their token."""
        item = with_sentence(item_fields(input, state))
        fields = with_own_token(item, input.object_id, self._keys[0])
        if state.methods_read_at is not None:
            # From then on the column is the poll's.
            fields["LastChecked"] = iso(state.methods_read_at)
        return fields

    async def _create(self, person: Person, input: EnrolmentInput, state: EnrolmentState) -> "Item":
        columns = self._columns(input, state)
        fields = {name: value for name, value in columns.items() if value is not None}
        try:
            return await self._list.create(fields)
        except DuplicateValue:
            # An earlier attempt made it, or the filter missed it; the unique column doesn't.
            rows = await self._found(person)
            if not rows:
                raise ServiceUnavailable(
                    "The tracking list says that the row exists, but doesn't show it yet."
                ) from None
            return rows[0]
        except BadRequest as refusal:
            # Without a code, and in another language, a duplicate is told by a filter, which lags.
            if activity.info().attempt >= TIMES_REFUSED or await self._list.wrong_columns():
                raise
            raise ServiceUnavailable(
                f"{refusal} The row may be there already, so it is looked for again.",
                code=refusal.code,
            ) from None


def _oldest_first(items: Iterable["Item"]) -> list["Item"]:
    return sorted(items, key=lambda item: int(item.id))
