"""One write of a row, and all its columns."""

from typing import Any

from activities.tracking_list.write_row import WriteRowResult
from domain.enrolment.state import EnrolmentState
from domain.tracking_list.columns import Fields, item_fields
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts
from tests.activities.stage import Stage


def writing(stage: Stage) -> Attempts[WriteRowResult]:
    """Return the attempts of one write."""
    return Attempts(stage.list_activities.write_row)


def whole(stage: Stage, user: User, **more: Any) -> Fields:
    """Return all columns of somebody's row."""
    return item_fields(stage.enrolment(user), EnrolmentState()) | more
