"""A sender mailbox for each test that reads what comes back."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.activities.mail.senders import Sender
from tests.activities.stage import Stage


@pytest.fixture
async def sender(stage: Stage) -> AsyncIterator[Sender]:
    """Add a sender mailbox that the worker may use."""
    # What these tests show needs a report and a sent mail that are found at once, of Exchange's own
    # form unless a test says otherwise.
    stage.assume(nosave="off", staysdraft="off", searchlag="off", mailsystem="off")
    user = stage.user("sender")
    for mailboxes in stage.ground.app.mailbox_scopes.values():
        mailboxes.append(user.id)
    async with AsyncExitStack() as stack:
        yield Sender(stage, user, stack)
