"""What admins do, and where: pages and buttons of the portal, operations of REST, and verbs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that admins do.

    Attributes:
        name: what it is.
        portal: its pages and buttons, as method and path.
        rest: the ids of its operations.
        verbs: its verbs.
        reason: why it is not in all three places.
        differs: why other people may do it in the portal than over REST.
    """

    name: str
    portal: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    reason: str = ""
    differs: str = ""


_PERSON = "/portal/people/{object_id}"
_ONE = (f"POST {_PERSON}/{{update}}",)
_BY_UPDATE = "a page has one path for all; another test compares each"
_ALL = ("POST /portal/people/bulk", "POST /portal/people/bulk/start")
_REPORT = "/portal/settings/reports/{schedule_id}"
_WEBHOOK = "/portal/settings/webhooks/{webhook_id}"
_SAMPLE = "/portal/mails/{kind}/{number}/{language}"
_HERE = "it sets up or runs the product on the machine that it is typed on"

DEEDS = (
    # The rollout
    Deed(
        name="see how the rollout stands, and what holds up everybody",
        portal=("GET /portal", "GET /portal/overview/live", "GET /portal/banners"),
        rest=("showStatus",),
        verbs=("status",),
    ),
    Deed(
        name="see which batch, mail or day brought what, and the forecast",
        portal=("GET /portal/overview/trends", "GET /portal/batches"),
        rest=("countBatches", "countDepartments", "countMails", "countDays", "showForecast"),
        verbs=("status", "plan"),
    ),
    Deed(
        name="look at one batch, and at the mails that are planned",
        portal=("GET /portal/batches", "GET /portal/batches/{batch_id}"),
        rest=("showStatus", "listImports", "listPlannedMails"),
        verbs=("status", "imports list", "mail planned"),
    ),
    Deed(
        name="see what processes run, and what they have found wrong",
        portal=("GET /portal/health",),
        rest=("showStatus",),
        verbs=("doctor", "status"),
    ),
    Deed(
        name="read the settings in force",
        portal=("GET /portal/settings",),
        rest=("listSettings",),
        verbs=("settings",),
    ),
    Deed(
        name="see who needs attention, and why",
        portal=("GET /portal/attention",),
        rest=("countAttention", "listAttention"),
        verbs=("attention",),
    ),
    # People
    Deed(
        name="find people",
        portal=("GET /portal/people",),
        rest=("listPeople",),
        verbs=("people list",),
    ),
    Deed(
        name="keep a filter under a name",
        portal=("POST /portal/people/views", "POST /portal/people/views/{view_id}"),
        rest=("listViews", "saveView", "changeView", "deleteView"),
        verbs=("views list", "views save", "views change", "views delete"),
    ),
    Deed(
        name="export people",
        portal=(
            "GET /portal/people/export.csv",
            "GET /portal/people/export.xlsx",
            "GET /portal/people/calls.csv",
            "GET /portal/people/calls.xlsx",
        ),
        rest=("exportPeople", "exportPeopleWorkbook", "exportCalls", "exportCallsWorkbook"),
        verbs=("people export",),
    ),
    Deed(
        name="look at one person, and whom to call about them",
        portal=(f"GET {_PERSON}",),
        rest=("showPerson", "showContact"),
        verbs=("show",),
        differs="the page leaves telephone numbers out, REST has an operation of their own",
    ),
    Deed(
        name="open a mail as it looked",
        portal=(f"GET {_PERSON}/mails/{{number}}", f"GET {_PERSON}/mails/{{number}}/content"),
        rest=("showMail", "showMailPage"),
        verbs=("show",),
    ),
    Deed(
        name="compare a person's item on the tracking list",
        portal=(f"GET {_PERSON}/list-item", f"GET {_PERSON}/list-item/compare"),
        rest=("compareListItem",),
        verbs=("compare",),
    ),
    Deed(
        name="ask for something about one person",
        portal=(*_ONE, f"GET {_PERSON}/pending"),
        rest=("pausePerson", "resumePerson", "resendLink", "retryPerson", "cancelPerson"),
        verbs=("pause", "resume", "resend", "retry", "cancel"),
        differs=_BY_UPDATE,
    ),
    Deed(
        name="add one person to the group",
        portal=_ALL,
        rest=("addPersonToGroup",),
        verbs=("add-to-group",),
        differs="the portal asks for it as a request about chosen people, with one in it",
    ),
    Deed(
        name="erase a person",
        portal=(f"GET {_PERSON}/erase", f"POST {_PERSON}/erase"),
        rest=("erasePerson",),
        verbs=("people erase",),
    ),
    # Many people
    Deed(
        name="ask the same for many people",
        portal=_ALL,
        rest=("previewRequest", "startRequest"),
        verbs=(
            "bulk pause",
            "bulk resume",
            "bulk resend",
            "bulk retry",
            "bulk cancel",
            "bulk add-to-group",
        ),
    ),
    Deed(
        name="follow such requests, and stop one",
        portal=(
            "GET /portal/requests",
            "GET /portal/requests/{request_id}",
            "POST /portal/requests/{request_id}/stop",
        ),
        rest=("listRequests", "showRequest", "listRequestedPeople", "stopRequest"),
        verbs=("requests list", "requests show", "requests stop"),
    ),
    # Imports
    Deed(
        name="import people, after a dry run",
        portal=(
            "GET /portal/import",
            "POST /portal/import",
            "GET /portal/import/{upload_id}",
            "GET /portal/import/{upload_id}/standing",
            "POST /portal/import/{upload_id}",
        ),
        rest=("uploadUsers", "addUsers", "showBatch"),
        verbs=("import",),
    ),
    Deed(
        name="see what an import would lead to",
        portal=("GET /portal/import/{upload_id}/forecast",),
        rest=("showForecast",),
        verbs=("plan",),
        differs="over REST everybody reads the forecast without an import; with one it is refused",
    ),
    Deed(
        name="read the report of an import, and correct its rows",
        portal=(
            "GET /portal/imports/{import_id}",
            "GET /portal/imports/{import_id}/standing",
            "GET /portal/imports/{import_id}/rejects.csv",
            "POST /portal/imports/{import_id}/corrected",
        ),
        rest=("listImports", "showImport", "listImportRows", "exportRejects", "uploadUsers"),
        verbs=("imports list", "imports show", "imports rejects", "import"),
    ),
    Deed(
        name="download the rows that name nobody",
        portal=("GET /portal/attention/unknown-rows.csv",),
        rest=("exportUnknownRows",),
        verbs=("imports unknown",),
    ),
    Deed(
        name="take an import back",
        portal=(
            "GET /portal/batches/{batch_id}/undo",
            "POST /portal/batches/{batch_id}/undo",
        ),
        rest=("previewUndo", "undoImport"),
        verbs=("imports undo",),
    ),
    # Mails
    Deed(
        name="stop all mail and start it again",
        portal=("GET /portal/mails", "POST /portal/mails/stop", "POST /portal/mails/start"),
        rest=("stopMail", "startMail"),
        verbs=("mail stop", "mail start"),
    ),
    Deed(
        name="see mailboxes, and try one",
        portal=("GET /portal/mails", "POST /portal/mails/probe"),
        rest=("listMailboxes", "probeMailbox"),
        verbs=("mail mailboxes", "mail probe"),
    ),
    Deed(
        name="see what mails say, and send one to oneself",
        portal=(f"GET {_SAMPLE}", f"GET {_SAMPLE}/content", f"POST {_SAMPLE}/send"),
        rest=("listSampleMails", "showSampleMail", "showSampleMailPage", "sendSampleMail"),
        verbs=("preview",),
    ),
    # Reports, webhooks, log
    Deed(
        name="send reports by mail",
        portal=(
            "GET /portal/settings/reports",
            "POST /portal/settings/reports",
            f"GET {_REPORT}",
            f"POST {_REPORT}",
            f"POST {_REPORT}/send",
            f"POST {_REPORT}/remove",
        ),
        rest=(
            "listReports",
            "addReport",
            "showReport",
            "sendReportOnce",
            "sendReport",
            "changeReport",
            "removeReport",
        ),
        verbs=(
            "report list",
            "report schedule",
            "report now",
            "report send",
            "report change",
            "report remove",
        ),
    ),
    Deed(
        name="read the report as it would be sent now",
        verbs=("report show",),
        reason="the overview and /api/status have its figures; the verb is for a first look at it",
    ),
    Deed(
        name="tell other systems of changes",
        portal=(
            "GET /portal/settings/webhooks",
            "POST /portal/settings/webhooks",
            f"GET {_WEBHOOK}",
            f"POST {_WEBHOOK}/test",
            f"POST {_WEBHOOK}/resume",
            f"POST {_WEBHOOK}/remove",
        ),
        rest=(
            "listWebhooks",
            "addWebhook",
            "showWebhook",
            "testWebhook",
            "resumeWebhook",
            "removeWebhook",
        ),
        verbs=(
            "webhooks list",
            "webhooks add",
            "webhooks show",
            "webhooks test",
            "webhooks resume",
            "webhooks remove",
        ),
    ),
    Deed(
        name="read the audit log, export it, and check that it is whole",
        portal=("GET /portal/audit", "GET /portal/audit/export.csv", "POST /portal/audit/verify"),
        rest=("listAudit", "exportAudit", "verifyAudit"),
        verbs=("audit list", "audit export", "audit verify"),
    ),
    # Who acts
    Deed(
        name="sign in and out",
        portal=(
            "GET /portal/sign-in",
            "GET /portal/signed-in",
            "POST /portal/sign-out",
        ),
        verbs=("sign-in", "sign-out"),
        reason="programs bring a token of the tenant's with each request",
    ),
    Deed(
        name="see who one is",
        rest=("whoAmI",),
        verbs=("whoami",),
        reason="every page of the portal names who is signed in",
    ),
    # Of one place
    Deed(
        name="show encrypted histories in the Temporal UI",
        portal=(
            "POST /portal/temporal/codec/decode",
            "POST /portal/temporal/codec/encode",
        ),
        reason="the Temporal UI asks for it; verbs decrypt by themselves, REST has no histories",
    ),
    Deed(
        name="set up and keep up the product",
        verbs=(
            "provision",
            "migrate",
            "rebuild",
            "after-restore",
            "replay",
            "bench",
            "worker",
            "api",
            "demo",
            "simulated-tenant",
        ),
        reason=_HERE,
    ),
)
