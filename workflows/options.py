"""Every timeout and retry policy, with its reason. Queues are named in ``domain.identifiers``."""

from datetime import timedelta

from temporalio.common import Priority, RetryPolicy

# One call, or a few, to Graph: the client waits 25 s at most for each answer.
GRAPH_CALL = timedelta(minutes=2)

# What a worker computes by itself.
IN_PROCESS = timedelta(seconds=10)

# Every activity has at most this (``heartbeats.py``). It is named where a cancellation has to
# reach the activity, which learns of it with a heartbeat.
HEARTBEAT = timedelta(seconds=30)

# A mail waits for its mailbox's next slots, two minutes at most, beside a few calls.
MAIL_DELIVERY = timedelta(minutes=5)

# Where somebody waits for a cancellation, of a mail or of a request about many people: the activity
# learns of it with the next heartbeat that is passed on.
PROMPT_HEARTBEAT = timedelta(seconds=10)

# As long as it takes: an outage of a day must not end anybody's enrolment. Permanent failures come
# back at once, since activities mark them as not retryable.
PATIENT = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=10),
)

# What must not be done twice, and whose failure somebody is waiting to read.
ONCE = RetryPolicy(maximum_attempts=1)

# The mirror goes on for ever, also where somebody has to fix the list: a row must not stay stale.
MIRROR_RETRY_BLOCKED = timedelta(minutes=10)

# Polling is done by failing: the delay to the next look comes with the failure itself, and this
# interval only counts for real errors.
POLLING = RetryPolicy(
    initial_interval=timedelta(seconds=30),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(hours=1),
)

# A call to the group that takes longer is begun anew, and the list shows the click meanwhile.
GROUP_GRACE = timedelta(seconds=10)

# A receiver that is away gets the next attempt soon at first, and hourly for days; when to give it
# up is decided by the activity, which knows since when it has taken nothing.
WEBHOOK = RetryPolicy(
    initial_interval=timedelta(seconds=5),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(hours=1),
)

# It works for five minutes, and a message may take 15 seconds.
WEBHOOK_DELIVERY = timedelta(minutes=10)

# Order in the mail queue; 1 is first.
RESEND = Priority(priority_key=1)
ESCALATION = Priority(priority_key=2)
REMINDER = Priority(priority_key=3)
FOLLOW_UP = Priority(priority_key=4)
INVITATION = Priority(priority_key=5)

# Order in the common queue, in which all else is in between: whoever has just clicked waits for no
# import, however many people it begins with.
GROUP = Priority(priority_key=1)
INTAKE = Priority(priority_key=5)

# Order in the registration queue: who has just clicked is looked at first.
POLL_AFTER_CLICK = Priority(priority_key=2)
REPORT_PAGE = Priority(priority_key=3)
POLL_ROUTINE = Priority(priority_key=4)

# An hour's mails of all senders; after a long pause some days'. What was told is marked, so that
# another attempt goes on behind it.
INBOXES = timedelta(minutes=30)

# A part of 2,000 rows, 25 starts in flight: minutes, but hours where Graph throttles.
BATCH_PART = timedelta(hours=6)

# Up to 500 rows at ten at a time; the next check is a quarter of an hour later.
STUCK_CHECK = timedelta(minutes=30)

# The whole list and the whole table: minutes for 100,000 people, hours where Graph throttles. The
# next look is a day later.
RECONCILE = timedelta(hours=20)

# At most 500 people a transaction; the next pass is a day later.
RETENTION = timedelta(hours=2)

# The longest step waits a minute for an enrolment to end.
ERASURE_STEP = timedelta(minutes=10)

# 100,000 people at 20 a second: an hour and a half, and longer where a service throttles.
BULK_RUN = timedelta(hours=24)

# A few statements in our tables, or a list of a batch's workflows.
BULK_STEP = timedelta(minutes=10)

# A report of yesterday is of no use; the next one comes a day later at the earliest.
REPORT_LEAVES_WITHIN = timedelta(hours=20)
