"""The tenant is unkind in three ways, drawn by lot."""

from tests.faults.scenarios.trouble import Trouble

AT_ONCE = 3
# Lags last seconds, as the rollout does. Left out is what leaves nothing to account for, such as a
# site that is locked, and what needs another rollout to be felt.
TRAITS: dict[str, bool | float | str] = {
    "answers": True,
    "batchfails": True,
    "delays": True,
    "grouplag": 3,
    "identityunits": True,
    "indexlag": 3,
    "junk": True,
    "latency": 0.05,
    "lostpages": True,
    "mailboxcalls": True,
    "mailsystem": "postfix",
    "newid": True,
    "normalid": True,
    "nosave": True,
    "nulls": True,
    "otherforms": True,
    "outofoffice": True,
    "proxy": 50,
    "rbaclag": 3,
    "receipts": True,
    "reportcalls": True,
    "resourceunits": True,
    "scan": True,
    "searchlag": 3,
    "staysdraft": 3,
    "suppress": True,
    "translated": True,
    "userlag": 3,
    "viewfilter": True,
}


async def traits(trouble: Trouble) -> None:
    """Switch three traits on until everybody has acted; some answers fail meanwhile.

    A trait is felt most where a call is repeated.
    """
    drawn = trouble.lot.sample(sorted(TRAITS), AT_ONCE)
    trouble.told.append(f"with {', '.join(drawn)}")
    before = (await trouble.control.get("/control/traits")).json()
    switched = {name: TRAITS[name] for name in drawn}
    (await trouble.control.patch("/control/traits", json=switched)).raise_for_status()
    for path in ("/messages$", "/send$", "/members/", "/items"):
        await trouble.fault(method="POST", path=path, status=504, times=1, after_write=True)
    await trouble.everybody_has_acted()
    await trouble.no_faults()
    (await trouble.control.delete("/control/traits")).raise_for_status()
    (await trouble.control.patch("/control/traits", json=before)).raise_for_status()
