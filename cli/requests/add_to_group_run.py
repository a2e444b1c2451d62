"""Adds one person to the enforcement group, and says what came of it."""

from uuid import uuid4

from cli.database import open_database
from cli.find_person import enrolment_of
from cli.options import answer
from cli.sign_in.identity import acting
from cli.temporal import connect_to_temporal
from cli.terminal import fail
from client.bulk.one_person import NOT_ADDED, add_person_to_group
from client.bulk.texts import outcome_text
from domain.identifiers import object_id_of
from settings import AnswerSettings, load_settings


async def add_to_group_run(who: str, reason: str, *, as_json: bool) -> None:
    """Add somebody to the group; leave where they weren't added.

    Raises:
        DatabaseError: nothing was done.
        RPCError: Temporal can't be reached, and nothing was done.
    """
    within = load_settings(AnswerSettings).answer_within
    client = await connect_to_temporal()
    object_id = object_id_of((await enrolment_of(client, who)).id)
    request_id = str(uuid4())
    async with open_database() as database:
        outcome = await add_person_to_group(
            client,
            database,
            await acting(),
            object_id,
            reason=reason,
            request_id=request_id,
            within=within,
        )
    if outcome is None:
        sentence = (
            "Recorded: it takes effect when a worker runs. "
            f"`mfa-rollout requests show {request_id}` tells what comes of it."
        )
    elif outcome.outcome in NOT_ADDED:
        fail(f"Nothing was done. {outcome_text(outcome.outcome, outcome.reason)}.")
    else:
        sentence = f"{outcome_text(outcome.outcome, outcome.reason)}."
    told = {
        "objectId": object_id,
        "action": "add-to-group",
        "outcome": outcome.outcome.value if outcome else "recorded",
        "reason": outcome.reason if outcome else None,
        "requestId": request_id,
    }
    answer(told, sentence, as_json=as_json)
