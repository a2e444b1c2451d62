"""How values become payloads: types are prepared once for the process, and let go again."""

import gc
import weakref
from dataclasses import dataclass, make_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema
from temporalio.converter import PayloadConverter

from domain.enrolment.policy import Policy
from domain.status import MailKind
from temporal.connect import DATA_CONVERTER


class Counted:
    """A type that counts how often it is prepared for being read."""

    prepared: ClassVar[int] = 0

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read it as a whole number."""
        cls.prepared += 1
        return handler(int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """What payloads of the product hold."""

    kind: MailKind
    at: datetime
    every: timedelta
    id: UUID
    names: frozenset[str]
    policy: Policy
    missing: str | None = None


def of_a_run() -> PayloadConverter:
    """Return a payload converter, as a worker makes one for each run."""
    return DATA_CONVERTER.payload_converter_class()


def read_back(value: Any, hint: type) -> Any:
    """Write a value in one run and read it in another."""
    return of_a_run().from_payloads(of_a_run().to_payloads([value]), [hint])[0]


def test_a_type_is_prepared_once_for_all_runs() -> None:
    """Whatever run reads it, the adapter of a type is made only once."""
    assert [read_back(number, Counted) for number in range(3)] == [0, 1, 2]
    assert Counted.prepared == 1


def test_values_come_back_as_they_were() -> None:
    """Enums, aware instants, durations, ids, sets and nested dataclasses survive."""
    value = Everything(
        kind=MailKind.FOLLOW_UP,
        at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        every=timedelta(days=7, microseconds=1),
        id=uuid4(),
        names=frozenset({"ada", "grace"}),
        policy=Policy(max_reminders=3),
    )
    assert read_back(value, Everything) == value


def test_types_of_one_run_are_let_go() -> None:
    """A type of a workflow's own module is new in every run, and doesn't stay for ever."""
    kind: type | None = make_dataclass("OfOneRun", [("number", int)])
    assert kind is not None
    read_back(kind(1), kind)
    seen = weakref.ref(kind)
    kind = None
    for number in range(200):
        another = make_dataclass(f"Another{number}", [("number", int)])
        read_back(another(number), another)
    gc.collect()
    assert seen() is None
