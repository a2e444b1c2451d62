"""Reports, webhooks, the audit log, who acts, and what is done in one place alone."""

from tests.support.deed import Deed

_REPORTS = "/portal/settings/reports"
_REPORT = f"{_REPORTS}/{{schedule_id}}"
_WEBHOOK = "/portal/settings/webhooks/{webhook_id}"
_HERE = "it sets up or runs the product on the machine that it is typed on"

FURTHER_DEEDS = (
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
        portal=(f"GET {_REPORTS}/now", f"GET {_REPORTS}/now/content"),
        rest=("showReportNow", "showReportNowPage"),
        verbs=("report show",),
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
