"""The one place that knows how Temporal refuses: what kind of refusal it is, and what to do.

A call fails with ``RPCError``, which has a status and sometimes a detail. A connection that can't
be made is a plain ``RuntimeError`` of the SDK, and only its text tells why.
https://grpc.io/docs/guides/status-codes/
"""

from enum import StrEnum

from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.service import RPCError, RPCStatusCode

from temporal.target import Target


class TemporalRefused(Exception):
    """Temporal can't be used as it is configured; the message says what to do."""


class Refusal(StrEnum):
    """Why Temporal doesn't do what it was asked for; none of them is about one workflow."""

    UNREACHABLE = "cannot be reached"
    SILENT = "does not answer"
    NO_TLS = "does not speak TLS"
    ONLY_TLS = "broke the connection off"
    CERTIFICATE_UNTRUSTED = "has a certificate that is not trusted"
    CERTIFICATE_UNUSABLE = "was to get a certificate that is none"
    NO_NAMESPACE = "has no such namespace"
    NO_SEARCH_ATTRIBUTES = "lacks search attributes"
    UNAUTHENTICATED = "does not accept the credentials"
    PERMISSION_DENIED = "denies the permission"
    OVERLOADED = "is overloaded"
    SLOW = "does not answer in time"
    NOT_OFFERED = "does not offer this"


_SENTENCES = {
    Refusal.UNREACHABLE: (
        "Temporal can't be reached at {address}: start it, or set TEMPORAL_ADDRESS."
    ),
    Refusal.SILENT: (
        "Something listens at {address}, but doesn't answer as Temporal does: check "
        "TEMPORAL_ADDRESS; the frontend's port is 7233, the web UI's is another."
    ),
    Refusal.NO_TLS: (
        "Temporal at {address} doesn't speak TLS: leave out TEMPORAL_TLS, TEMPORAL_TLS_* and "
        "TEMPORAL_API_KEY, or set TEMPORAL_ADDRESS to a server that does."
    ),
    Refusal.ONLY_TLS: (
        "Temporal at {address} broke the connection off: if it wants TLS, set TEMPORAL_TLS=true; "
        "if it wants a client certificate, set TEMPORAL_TLS_CLIENT_CERT_PATH and "
        "TEMPORAL_TLS_CLIENT_KEY_PATH; for Temporal Cloud, TEMPORAL_API_KEY."
    ),
    Refusal.CERTIFICATE_UNTRUSTED: (
        "The certificate of Temporal at {address} isn't trusted: set "
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH to its authority, and TEMPORAL_TLS_SERVER_NAME where the "
        "certificate is for another name."
    ),
    Refusal.CERTIFICATE_UNUSABLE: (
        "The client certificate for Temporal at {address} can't be used: check that "
        "TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH are PEM files, and that "
        "the key has no password."
    ),
    Refusal.NO_NAMESPACE: (
        "Temporal at {address} has no namespace {namespace}: set TEMPORAL_NAMESPACE, or create it "
        "with `temporal operator namespace create --namespace {namespace} --address {address}`."
    ),
    Refusal.NO_SEARCH_ATTRIBUTES: (
        "The namespace {namespace} lacks our search attributes: run `mfa-rollout provision` once. "
        "On Temporal Cloud, create them in its UI; the admin guide lists them."
    ),
    Refusal.UNAUTHENTICATED: (
        "Temporal at {address} doesn't accept the credentials: check TEMPORAL_API_KEY (is it of "
        "this account, and not expired?) or the client certificate, TEMPORAL_TLS_CLIENT_CERT_PATH."
    ),
    Refusal.PERMISSION_DENIED: (
        "Temporal at {address} denies access to the namespace {namespace}: give the API key or the "
        "certificate write access to it, or set TEMPORAL_NAMESPACE to the one that it is for."
    ),
    Refusal.OVERLOADED: (
        "Temporal at {address} takes no more requests just now: try again in a minute. If it "
        "stays so, raise the limits of the namespace {namespace}."
    ),
    Refusal.SLOW: (
        "Temporal at {address} didn't answer in time: try again. If it stays so, look at the "
        "server's and its database's health."
    ),
    Refusal.NOT_OFFERED: (
        "Temporal at {address} doesn't offer what this needs: check that its version is 1.28 or "
        "newer, and that TEMPORAL_ADDRESS isn't a proxy which holds something back."
    ),
}

_BY_STATUS = {
    RPCStatusCode.UNAVAILABLE: Refusal.UNREACHABLE,
    RPCStatusCode.DEADLINE_EXCEEDED: Refusal.SLOW,
    RPCStatusCode.CANCELLED: Refusal.SLOW,
    RPCStatusCode.RESOURCE_EXHAUSTED: Refusal.OVERLOADED,
    RPCStatusCode.ABORTED: Refusal.OVERLOADED,
    RPCStatusCode.UNAUTHENTICATED: Refusal.UNAUTHENTICATED,
    RPCStatusCode.PERMISSION_DENIED: Refusal.PERMISSION_DENIED,
    RPCStatusCode.UNIMPLEMENTED: Refusal.NOT_OFFERED,
}

# What the SDK's transport writes into its one kind of error, the more telling ones first.
_BY_TEXT = {
    "code: Unauthenticated": Refusal.UNAUTHENTICATED,
    "code: PermissionDenied": Refusal.PERMISSION_DENIED,
    "InvalidContentType": Refusal.NO_TLS,
    "PrivateKeyParseError": Refusal.CERTIFICATE_UNUSABLE,
    "CertificateParseError": Refusal.CERTIFICATE_UNUSABLE,
    "InvalidCertificate": Refusal.CERTIFICATE_UNTRUSTED,
    "after connection: Status { code: Unknown": Refusal.ONLY_TLS,
    "TimeoutExpired": Refusal.SILENT,
    "after connection": Refusal.SILENT,
    "Server connection error": Refusal.UNREACHABLE,
}


def refusal_of(error: BaseException) -> Refusal | None:
    """Return which refusal an exception is; None where it is about one workflow, or another bug."""
    if isinstance(error, RPCError):
        return _refusal_of_call(error)
    text = str(error)
    if isinstance(error, RuntimeError) and "client connect" in text.casefold():
        return next((kind for part, kind in _BY_TEXT.items() if part in text), Refusal.UNREACHABLE)
    return None


def is_workflow_not_found(error: RPCError) -> bool:
    """Say whether no workflow has the id, or (for a signal, an update) it has ended.

    A namespace that doesn't exist has the same status.
    """
    return error.status is RPCStatusCode.NOT_FOUND and not _names_no_namespace(error)


def is_workflow_stuck(error: RPCError) -> bool:
    """Say whether the tasks of a workflow fail, so that the server passes it no update just now."""
    return error.status is RPCStatusCode.FAILED_PRECONDITION


def sentence(error: BaseException, target: Target) -> str | None:
    """Say what to do about a refusal of this Temporal; None where the exception is none."""
    refusal = refusal_of(error)
    if refusal is None:
        return None
    return _SENTENCES[refusal].format(address=target.address, namespace=target.namespace)


def _refusal_of_call(error: RPCError) -> Refusal | None:
    if error.status is RPCStatusCode.NOT_FOUND and _names_no_namespace(error):
        return Refusal.NO_NAMESPACE
    if error.status is RPCStatusCode.INVALID_ARGUMENT and "search attribute" in str(error):
        return Refusal.NO_SEARCH_ATTRIBUTES
    return _BY_STATUS.get(error.status)


def _names_no_namespace(error: RPCError) -> bool:
    return any(
        detail.Is(NamespaceNotFoundFailure.DESCRIPTOR) for detail in error.grpc_status.details
    )
