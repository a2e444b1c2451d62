"""The mail systems whose reports come back to a sender in Exchange Online."""

from enum import StrEnum


class MailSystem(StrEnum):
    """Who writes a report on a mail that could not be delivered."""

    EXCHANGE_ONLINE = "exchange-online"
    EXCHANGE_ON_PREMISES = "exchange-on-premises"
    POSTFIX = "postfix"
    SENDMAIL = "sendmail"
    GOOGLE = "google"
    COURIER = "courier"
    IRONPORT = "ironport"
    OPENSMTPD = "opensmtpd"
    EXIM = "exim"
    QMAIL = "qmail"
