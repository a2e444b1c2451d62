"""All scenarios by their names, as the command line takes them."""

from tests.faults.scenarios import daylight_saving, microsoft, processes, upgrade
from tests.faults.scenarios.backup import old_backup
from tests.faults.scenarios.clocks import clock_steps, with_clocks_of_their_own
from tests.faults.scenarios.disk import disk_full, on_a_small_disk
from tests.faults.scenarios.pairs import pairs_killed
from tests.faults.scenarios.traits import traits
from tests.faults.scenarios.trouble import Scenario

SCENARIOS = {
    "kills": Scenario(run=processes.kills),
    "pairs-killed": Scenario(run=pairs_killed),
    "storm": Scenario(run=microsoft.storm),
    "says-otherwise": Scenario(run=microsoft.says_otherwise),
    "sharepoint-away": Scenario(run=microsoft.sharepoint_away),
    "tokens-away": Scenario(run=microsoft.tokens_away),
    "traits": Scenario(run=traits),
    "temporal-away": Scenario(run=processes.temporal_away),
    "tenth-of-a-core": Scenario(run=processes.tenth_of_a_core),
    "clock-steps": Scenario(run=clock_steps, arranged=with_clocks_of_their_own),
    "spring-forward": Scenario(run=daylight_saving.clocks_change, arranged=daylight_saving.spring),
    "fall-back": Scenario(run=daylight_saving.clocks_change, arranged=daylight_saving.autumn),
    "disk-full": Scenario(run=disk_full, arranged=on_a_small_disk),
    "old-backup": Scenario(run=old_backup, people_wait=True, loses_mail_rows=True),
    "upgrade": Scenario(run=upgrade.upgrade),
    "upgrade-without-patch": Scenario(
        run=upgrade.upgrade_without_patch,
        arranged=upgrade.stuck_are_reported_early,
        people_wait=True,
    ),
}
