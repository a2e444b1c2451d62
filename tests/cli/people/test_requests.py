"""What the verbs about one person say of a mail that can't leave yet."""

import pytest

from cli.requests.people_run import mail_holds
from database.engine import Database
from settings import PolicySettings
from tests.cli.people.conftest import Verb, stop_mail
from tests.database.values import object_id


@pytest.mark.wording
async def test_no_new_link_is_on_its_way_while_mail_is_stopped(
    verb: Verb,
    tables: Database,
) -> None:
    """Who stopped it and why is told in place of that; nothing is where mail may leave."""
    settings = PolicySettings()
    assert await mail_holds(object_id(1), settings) == []
    await stop_mail(tables)
    (sentence,) = await mail_holds(object_id(1), settings)
    assert "Ada: phishing alarm" in sentence
