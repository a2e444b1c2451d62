"""What admins do, and where: pages and buttons of the portal, operations of REST, and verbs."""

from tests.support.deed import Deed
from tests.support.further_surfaces import FURTHER_DEEDS

_PERSON = "/portal/people/{object_id}"
_ONE = (f"POST {_PERSON}/{{update}}",)
_BY_UPDATE = "a page has one path for all; another test compares each"
_ALL = ("POST /portal/people/bulk", "POST /portal/people/bulk/start")
_SAMPLE = "/portal/mails/{kind}/{number}/{language}"

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
    *FURTHER_DEEDS,
)
