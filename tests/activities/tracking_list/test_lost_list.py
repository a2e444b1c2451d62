"""A list that lacks most of its rows, as one that was deleted and made anew: a rebuild heals it."""

from client.tables.list_recovery import ListRecovery
from database.enrolments.records import EnrolmentRecords
from database.tombstones import Tombstones
from database.tracking_list.list_pass import ListPass
from domain.status import EnrolmentEnd
from graph.groups import EnforcementGroup
from tests.activities.stage import TOKEN_KEY, Stage
from tests.activities.tracking_list.reconciling import Reconciling
from tests.support.namespaces import own_namespace

MANY = 12


async def test_whose_row_is_gone_makes_it_again(stage: Stage, temporal_address: str) -> None:
    """The reconcile corrects nothing, and asks for a rebuild: that one tells the enrolments.

    Those who have ended, and those whose row is there, are left alone.
    """
    both = Reconciling(stage=stage, client=await own_namespace(temporal_address))
    (there,) = await both.on_both(1)
    (ended,) = await both.on_both(1, ended=EnrolmentEnd.CANCELLED)
    gone = await both.on_both(MANY)
    handles = {one: await both.running(one) for one in (there, ended, gone[0], gone[1])}
    for item in list(stage.rows.items()):
        if item.fields["ObjectId"] != there:
            stage.rows.delete(item)
    report = await both.look()
    assert (report.missing, report.created_again, report.rebuild) == (MANY, 0, True)

    found = await recovery(both).run()

    assert found.created_again == MANY
    asked = {one: await both.asked(handle) for one, handle in handles.items()}
    assert asked == {there: [], ended: [], gone[0]: [()], gone[1]: [()]}


def recovery(both: Reconciling) -> ListRecovery:
    """Return what a rebuild reads the list with, after all histories."""
    stage, tombstones = both.stage, Tombstones()
    return ListRecovery(
        client=both.client,
        tracking_list=stage.tracking_list,
        group=EnforcementGroup(stage.graph, stage.group.id),
        records=EnrolmentRecords(stage.database, tombstones),
        tables=ListPass(stage.database, tombstones),
        token_keys=(TOKEN_KEY,),
    )
