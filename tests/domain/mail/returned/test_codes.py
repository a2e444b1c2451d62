"""What each code means: a table of right values, one line for each row of ours."""

import pytest

from domain.mail.returned.status_codes import BounceClass, class_of, code_in, more_exact

RIGHT = {
    BounceClass.SENDER_BLOCKED: (
        "5.1.8 5.1.90 5.7.230 5.7.239 5.7.350 5.7.501 5.7.502 5.7.503 5.7.506 5.7.508 5.7.509 "
        "5.7.511 5.7.705 5.7.708 5.7.750 5.7.800"
    ),
    BounceClass.DELIVERED: "5.7.520 2.0.0 2.1.5",
    BounceClass.PASSING: (
        "5.2.2 5.2.121 5.2.122 5.3.0 5.3.3 5.4.0 5.4.3 5.4.5 5.4.7 5.4.300 5.4.301 5.4.316 "
        "4.0.0 4.4.7 4.7.1"
    ),
    BounceClass.ADDRESS: (
        "5.1.0 5.1.1 5.1.2 5.1.3 5.1.6 5.1.10 5.2.1 5.2.4 5.4.1 5.4.4 5.4.310 5.4.312 5.5.0 5.7.17 "
        "5.7.504 5.7.505"
    ),
    BounceClass.REFUSED: (
        "5.1.7 5.2.0 5.2.3 5.2.120 5.2.123 5.3.4 5.3.5 5.4.2 5.4.6 5.4.302 5.5.1 5.6.0 5.7.0 "
        "5.7.1 5.7.12 5.7.124 5.7.129 5.7.133 5.7.134 5.7.229 5.7.240 5.7.500 5.7.507 5.7.510 "
        "5.7.512 5.7.513 5.7.606 5.7.703 5.0.350"
    ),
}


@pytest.mark.parametrize(
    ("code", "means"), [(code, means) for means, codes in RIGHT.items() for code in codes.split()]
)
def test_a_code_means_this(code: str, means: BounceClass) -> None:
    """A single code counts before the subject that it is part of."""
    assert class_of(code) is means


@pytest.mark.parametrize(
    ("code", "reply", "means"),
    [
        (
            "5.2.0",
            "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
            BounceClass.SENDER_BLOCKED,
        ),
        (
            "5.2.0",
            "554 5.2.0 STOREDRV.Deliver.Exception:StoragePermanentException",
            BounceClass.REFUSED,
        ),
        ("5.2.2", "550 5.2.2 Submission quota exceeded", BounceClass.SENDER_BLOCKED),
        (
            "5.2.2",
            "554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException",
            BounceClass.SENDER_BLOCKED,
        ),
        (
            "5.2.2",
            "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException",
            BounceClass.PASSING,
        ),
    ],
    ids=["daily limit", "not delivered", "quota in words", "sender is full", "person is full"],
)
def test_a_mail_that_was_not_let_out(code: str, reply: str, means: BounceClass) -> None:
    """Two codes tell of the person's mailbox, unless the reply says that the sender is meant."""
    assert class_of(code, reply) is means


@pytest.mark.parametrize(
    ("reply", "means"),
    [
        ("550 no such user", BounceClass.ADDRESS),
        ("551 not here", BounceClass.ADDRESS),
        ("553 not allowed", BounceClass.ADDRESS),
        ("552 full", BounceClass.PASSING),
        ("451 later", BounceClass.PASSING),
        ("421-busy", BounceClass.PASSING),
        ("554 refused", BounceClass.REFUSED),
        ("nothing at all", BounceClass.ADDRESS),
    ],
)
def test_a_reply_without_a_code(reply: str, means: BounceClass) -> None:
    """Without a code of its own the reply of the server counts."""
    assert class_of("", reply) is means
    assert class_of("9.9.9", reply) is means


def test_the_code_that_says_more() -> None:
    """A server's reason counts where the report only says that it failed."""
    assert more_exact("5.0.0", "550 5.1.1 unknown") == "5.1.1"
    assert more_exact("", "4.4.7 expired") == "4.4.7"
    assert more_exact("5.2.2", "550 5.1.1 unknown") == "5.2.2"
    assert more_exact("5.0.0", "no code") == "5.0.0"
    assert more_exact("5.0.0", "550 5.0.0 failed; 5.1.1 unknown") == "5.1.1"
    assert more_exact("5.0.350", "550 5.0.350 remote error -> 550 5.1.1 unknown") == "5.1.1"
    assert more_exact("5.0.350", "550 5.0.350 remote error") == "5.0.350"
    assert more_exact("", "no code") == ""
    assert code_in("2.0.0 ok, then 5.1.1") == "5.1.1"
    assert code_in("version 5.1.1.2") == ""
