"""Tells the public pages apart."""

import httpx


def shows(response: httpx.Response, status: int, title: str, tone: str) -> bool:
    """Say whether an answer is a certain page."""
    return (
        response.status_code == status
        and f"<h1>{title}</h1>" in response.text
        and f"tone-{tone}" in response.text
    )


def is_landing(response: httpx.Response, token: str) -> bool:
    """Say whether an answer is the landing page with the button."""
    return (
        response.status_code == 200
        and f'name="token" value="{token}"' in response.text
        and 'method="post"' in response.text
    )


def is_started(response: httpx.Response) -> bool:
    """Say whether an answer is the page after a click."""
    return shows(response, 200, "MFA Enrolment Started", "success")


def is_saved(response: httpx.Response) -> bool:
    """Say whether an answer is the page after a click on a link that can't be looked up."""
    return shows(response, 202, "Your Click Is Saved", "brand")


def is_already(response: httpx.Response) -> bool:
    """Say whether an answer is the page for a used link."""
    return shows(response, 200, "Already Registered", "success")


def is_not_recognised(response: httpx.Response) -> bool:
    """Say whether an answer is the page for an unknown link."""
    return shows(response, 404, "Link Not Recognised", "warning")


def is_invalid(response: httpx.Response) -> bool:
    """Say whether an answer is the page for a broken link."""
    return shows(response, 400, "Invalid Link", "failure")
