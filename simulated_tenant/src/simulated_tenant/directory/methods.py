"""Authentication methods: the v1.0 types and what Graph shows of each."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PASSWORD_METHOD_ID = "28c10230-6103-485e-b985-444c60001490"  # noqa: S105 - Graph's constant id

# What a newly registered method of each type shows; the password is there from the beginning.
_SHOWN: dict[str, dict[str, Any]] = {
    "phone": {
        "phoneNumber": "+44 2079460000",
        "phoneType": "mobile",
        "smsSignInState": "notAllowedByPolicy",
    },
    "microsoftAuthenticator": {
        "displayName": "Phone",
        "deviceTag": "SoftwareTokenActivated",
        "phoneAppVersion": "6.8.40",
    },
    "softwareOath": {"secretKey": None},
    "fido2": {
        "displayName": "Security key",
        "aaGuid": "cb69481e-8ff7-4039-93ec-0a2729a154a8",
        "model": "Simulated key",
        "attestationLevel": "attested",
        "passkeyType": "deviceBound",
    },
    "windowsHelloForBusiness": {"displayName": "Laptop", "keyStrength": "normal"},
    "platformCredential": {"displayName": "Mac", "platform": "macOS", "keyStrength": "normal"},
    "external": {"configurationId": "00000000-0000-4000-8000-000000000001", "displayName": "Other"},
    "temporaryAccessPass": {
        "isUsable": True,
        "isUsableOnce": True,
        "lifetimeInMinutes": 60,
        "startDateTime": None,
    },
    "email": {"emailAddress": "private@mail.example"},
    "qrCodePin": {},
    "password": {"password": None},
}
_REPORTED = {
    "phone": "mobilePhone",
    "microsoftAuthenticator": "microsoftAuthenticatorPush",
    "softwareOath": "softwareOneTimePasscode",
    "hardwareOath": "hardwareOneTimePasscode",
    "fido2": "passKeyDeviceBound",
    "windowsHelloForBusiness": "windowsHelloForBusiness",
    "platformCredential": "macOsSecureEnclaveKey",
    "external": "externalAuthMethod",
}
# What the report names as well, and doesn't count as multi-factor.
_SINGLE_FACTOR = {
    "email": "email",
    "temporaryAccessPass": "temporaryAccessPass",
    "qrCodePin": "qrCode",
}
# What Graph v1.0 doesn't list: its page "Microsoft Entra authentication methods API overview".
UNLISTED = frozenset({"hardwareOath"})
METHOD_TYPES = tuple(name for name in _SHOWN if name != "password")


@dataclass(kw_only=True, slots=True)
class Method:
    """One registered method; ``type`` is Graph's name without ``AuthenticationMethod``."""

    id: str
    type: str
    created_at: datetime
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def reported_as(self) -> str | None:
        """The registration report's word for it, if it counts as multi-factor there."""
        return _REPORTED.get(self.type)

    @property
    def report_word(self) -> str | None:
        """The registration report's word for it, if it is named there at all."""
        return self.reported_as or _SINGLE_FACTOR.get(self.type)


def new_method(type_name: str, created_at: datetime, **properties: Any) -> Method:
    """Make a method of a type; an unknown type is kept as it is, for future types."""
    method_id = PASSWORD_METHOD_ID if type_name == "password" else str(uuid.uuid4())
    shown = _SHOWN.get(type_name, {}) | properties
    return Method(id=method_id, type=type_name, created_at=created_at, properties=shown)
