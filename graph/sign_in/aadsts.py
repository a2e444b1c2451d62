"""What Entra ID's error numbers mean for this app, and what to do about each.

Source: Microsoft's "Microsoft Entra authentication and authorization error codes".
"""

from collections.abc import Collection

PASSING = frozenset({50196, 90006, 90024, 90033, 90055})
"""A retryable server error, an exceeded budget, a directory that is down, a throttled tenant."""

_REMEDIES = {
    7000215: "The client secret is wrong. Put the secret's value, not its id, into CLIENT_SECRET.",
    7000222: "The client secret has expired. Create a new one and put it into CLIENT_SECRET.",
    7000216: "The app needs a certificate or a secret. Set CLIENT_CERTIFICATE_FILE.",
    700027: "The certificate is not one of the app's, or it has expired. Upload the one in "
    "CLIENT_CERTIFICATE_FILE to the app registration.",
    700024: "The certificate's assertion is outside its time. Set this machine's clock.",
    700016: "The tenant doesn't know the app. Check CLIENT_ID and TENANT_ID.",
    7000229: "The app has no service principal in the tenant. Grant admin consent.",
    7000112: "The app is disabled in the tenant. Enable it under Enterprise applications.",
    700021: "The app may not get tokens this way. Check CLIENT_ID.",
    90002: "The tenant doesn't exist. Check TENANT_ID.",
    900023: "TENANT_ID is neither a GUID nor a domain of a tenant. Check TENANT_ID.",
    53003: "A Conditional Access policy for workload identities blocks the app. Exclude it.",
    500011: "The tenant doesn't know the service that the token is for. Check GRAPH_BASE_URL.",
}


def remedy(numbers: Collection[int]) -> str:
    """Return what the first known number means and what to do about it."""
    known = (text for number, text in _REMEDIES.items() if number in numbers)
    return next(known, "Check TENANT_ID, CLIENT_ID and the secret or certificate.")
