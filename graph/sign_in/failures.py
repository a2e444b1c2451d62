"""Why an app got no token, as failures that say what to do."""

from datetime import UTC, datetime
from typing import Any

import requests

from domain.failures import RolloutError, ServiceUnavailable, SignInFailed, Throttled
from graph.http import proxy
from graph.http.errors import ADMIN_GUIDE
from graph.http.retries import retry_after
from graph.http.transport import EntraBusy, TenantRefused
from graph.sign_in import aadsts


def unreachable(error: requests.RequestException, prefix: str) -> RolloutError:
    """Return the failure that stands for no answer, or for one that isn't Entra ID's.

    ``prefix`` is what the names of the app's settings begin with.
    """
    match error:
        case TenantRefused(status=status):
            remedy = aadsts.remedy({90002}, prefix)
            return SignInFailed(f"The app can't sign in. {remedy}", status=status)
        case EntraBusy(status=status):
            kind = Throttled if status == requests.codes.too_many_requests else ServiceUnavailable
            return kind(
                f"Entra ID gives no token at the moment ({status}).",
                status=status,
                retry_after=retry_after(error.headers, now=datetime.now(UTC)),
            )
        case requests.exceptions.SSLError():
            return ServiceUnavailable(
                "Entra ID's TLS certificate is not trusted. Check CA_BUNDLE and the proxies."
            )
    if about_proxy := proxy.explain(error):
        return ServiceUnavailable(f"Entra ID can't be reached. {about_proxy}")
    return ServiceUnavailable(
        f"Entra ID can't be reached ({type(error).__name__}). Check the network."
    )


def refusal(answer: dict[str, Any], prefix: str) -> RolloutError:
    """Return the failure that stands for Entra ID's no, with what to do about it."""
    numbers = [number for number in answer.get("error_codes") or () if isinstance(number, int)]
    code = f"AADSTS{numbers[0]}" if numbers else str(answer.get("error", ""))[:80]
    if aadsts.PASSING.intersection(numbers) or code == "temporarily_unavailable":
        return ServiceUnavailable(f"Entra ID gives no token at the moment ({code}).", code=code)
    remedy = aadsts.remedy(numbers, prefix)
    return SignInFailed(f"The app can't sign in ({code}). {remedy} See {ADMIN_GUIDE}.", code=code)
