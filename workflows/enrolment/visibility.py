"""What the Temporal UI shows of an enrolment: current details and search attributes."""

from collections.abc import Iterable
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair

with workflow.unsafe.imports_passed_through():
    from domain.enrolment.state import EnrolmentInput, EnrolmentState
    from temporal.search_attributes import search_attributes
    from workflows.enrolment.details import details


class Visibility:
    """Keeps details and search attributes as the state is; what hasn't changed adds no event."""

    def __init__(self, input: EnrolmentInput) -> None:
        """Begin with nothing shown."""
        self._input = input
        self._shown: list[SearchAttributePair[Any]] = []

    def show(self, state: EnrolmentState, next_step: str, refused: Iterable[str]) -> None:
        """Show the state, and what happens next.

        ``refused`` are the columns whose values the tracking list doesn't take.
        """
        workflow.set_current_details(details(state, next_step, tuple(refused)))
        self.show_search_attributes(state)

    def show_search_attributes(self, state: EnrolmentState) -> None:
        """Show the search attributes alone: pages follow the status, and see a click at once."""
        wanted = list(search_attributes(self._input, state))
        updates = [pair.key.value_set(pair.value) for pair in wanted if pair not in self._shown]
        if updates:
            self._shown = wanted
            workflow.upsert_search_attributes(updates)
