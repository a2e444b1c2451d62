"""Finding the ids that Graph wants by what people know: a site's address, a group's name."""

from collections.abc import Sequence

from graph.group_search import NamedGroup, groups_beginning, groups_named
from graph.http.client import GraphClient
from graph.provisioning import Step


async def group_or_step(graph: GraphClient, name: str) -> str | Step:
    """Return the id of the group of this name, or what to do where not exactly one has it.

    Raises:
        RolloutError: the directory can't be asked.
    """
    found = await groups_named(graph, name)
    if len(found) == 1 and found[0].hides_members:
        text = f'group "{name}": hides its members, so the app would see nobody in it. Name an '
        return _step(text + "assigned cloud security group, or see docs/admin-guide.md", found)
    if len(found) == 1:
        return found[0].id
    if found:
        text = f'group "{name}": {len(found)} groups have this name. Put the id of one of them '
        return _step(text + "into ENFORCEMENT_GROUP_ID", found)
    near = await groups_beginning(graph, name)
    text = f'group "{name}": there is no such group'
    return _step(f"{text}. Did you mean one of these" if near else text, near)


def _step(text: str, groups: Sequence[NamedGroup]) -> Step:
    lines = [f"  {group.id}  {group.name}  {group.description}".rstrip() for group in groups]
    return Step(text="\n".join([text + (":" if lines else "."), *lines]), needs_action=True)
