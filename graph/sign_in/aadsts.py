"""What Entra ID's error numbers mean for this app, and what to do about each.

Source: Microsoft's "Microsoft Entra authentication and authorization error codes".
"""

from collections.abc import Collection

PASSING = frozenset({50033, 50196, 90006, 90012, 90024, 90033, 90055, 90090, 90091})
"""Retryable errors and time-outs, an exceeded budget, a directory that is down, throttling."""

_REMEDIES = {
    7000215: "The client secret is wrong. Put the secret's value, not its id, into "
    "{prefix}CLIENT_SECRET.",
    7000222: "The client secret has expired. Create a new one and put it into "
    "{prefix}CLIENT_SECRET.",
    **dict.fromkeys(
        (7000216, 7000218),
        "The app needs a certificate or a secret. Set {prefix}CLIENT_CERTIFICATE_FILE.",
    ),
    700027: "The certificate is not one of the app's, or it has expired. Upload the one in "
    "{prefix}CLIENT_CERTIFICATE_FILE to the app registration.",
    700024: "What the app signs in with is outside its time. Set this machine's clock; a token in "
    "{prefix}FEDERATED_TOKEN_FILE must be renewed by who issues it.",
    **dict.fromkeys(
        (700016, 700011),
        "The tenant doesn't know the app. Check {prefix}CLIENT_ID and TENANT_ID.",
    ),
    **dict.fromkeys(
        (90038, 900382, 900432),
        "The tenant is in another cloud than the app signs in to. Check MICROSOFT_CLOUD.",
    ),
    700025: "The app is a public client, which has no credential. Take its public client flows "
    "away, or put another app into {prefix}CLIENT_ID.",
    7000229: "The app has no service principal in the tenant. Grant admin consent.",
    **dict.fromkeys(
        (7000112, 70001),
        "The app is disabled in the tenant. Enable it under Enterprise applications.",
    ),
    700021: "The app may not get tokens this way. Check {prefix}CLIENT_ID.",
    **dict.fromkeys(
        (70021, 700211, 700212, 700213, 7002137, 7002138, 7000272),
        "The token in {prefix}FEDERATED_TOKEN_FILE fits no federated credential of the app. Its "
        "issuer, subject and audience must be there, letter by letter, and the issuer must publish "
        "its keys.",
    ),
    90002: "The tenant doesn't exist. Check TENANT_ID.",
    900023: "TENANT_ID is neither a GUID nor a domain of a tenant. Check TENANT_ID.",
    **dict.fromkeys(
        (53003, 530032),
        "A Conditional Access policy for workload identities blocks the app. Exclude it.",
    ),
    500011: "The tenant doesn't know the service that the token is for. Check MICROSOFT_CLOUD.",
}


def remedy(numbers: Collection[int], prefix: str = "") -> str:
    """Return what the first known number means and what to do about it.

    ``prefix`` is what the names of the app's settings begin with.
    """
    known = (text for number, text in _REMEDIES.items() if number in numbers)
    usual = "Check TENANT_ID, {prefix}CLIENT_ID and what the app signs in with."
    return next(known, usual).format(prefix=prefix)
