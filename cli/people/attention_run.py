"""Shows who needs an admin's attention, from our tables."""

from datetime import UTC, datetime

from cli.database import open_database
from cli.output.tables import clock, page_line, said, table
from cli.status.rollout_lines import rollout_lines
from cli.terminal import out, print_json
from client.people.attention_json import kind_json, kinds_json
from client.people.rollout import read_rollout
from client.people.rollout_json import rollout_json
from database.figures.attention import count_attention, read_attention
from database.people.attention import attention_at
from domain.standing.attention import to_do
from domain.standing.texts import ATTENTION
from domain.tables.attention import AttentionKind


async def count_kinds(*, as_json: bool) -> None:
    """Print what holds up everybody, and how many need attention, by kind.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    async with open_database() as database, database.reading() as connection:
        now = datetime.now(UTC)
        rollout = await read_rollout(connection, now)
        counts = await count_attention(connection, rollout.attention_at(now))
    rules = rollout.attention_rules
    if as_json:
        print_json({"kinds": kinds_json(counts, rules), **rollout_json(rollout)})
        return
    for line in rollout_lines(rollout):
        out.print(line, soft_wrap=True)
    if not counts:
        out.print("Nobody needs attention.")
        return
    listed = table("Kind", "Reason", "People", "What to do")
    for kind in AttentionKind:
        if kind in counts:
            listed.add_row(kind.value, ATTENTION[kind], str(counts[kind]), to_do(kind, rules))
    out.print(listed)


async def list_kind(kind: AttentionKind, *, page: int, size: int, as_json: bool) -> None:
    """Print who needs attention for one reason, those who have waited longest first.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    offset = (page - 1) * size
    async with open_database() as database, database.reading() as connection:
        at = await attention_at(connection, datetime.now(UTC))
        items = await read_attention(connection, kind, at, offset=offset, limit=size)
        total = (await count_attention(connection, at)).get(kind, 0)
    rules = at.rules
    if as_json:
        print_json(kind_json(kind, rules, total, items))
        return
    out.print(f"{ATTENTION[kind]}. {to_do(kind, rules)}", soft_wrap=True)
    if items:
        listed = table("Since", "Name", "User principal name", "Detail")
        for item in items:
            name, upn = said(item.display_name or ""), said(item.upn or "")
            listed.add_row(clock(item.since), name, upn, said(item.detail or ""))
        out.print(listed)
    out.print(page_line(f"{total:,} in all", page, max(1, -(-total // size))), soft_wrap=True)
