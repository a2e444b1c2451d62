"""The sentences of doctor: what is looked at, what was found, and what to do about it."""

from collections.abc import Mapping

from domain.doctor.checks import Blind, Check, Fault, Good

CHECKS: Mapping[Check, str] = {
    Check.SETTINGS: "Settings",
    Check.FILES: "Files",
    Check.DATABASE: "Database",
    Check.MAIL_SWITCH: "Mail",
    Check.LINKS: "Links",
    Check.TEMPORAL: "Temporal",
    Check.SEARCH_ATTRIBUTES: "Search attributes",
    Check.SCHEDULES: "Schedules",
    Check.WORKERS: "Workers",
    Check.STUCK: "Workflow code",
    Check.MICROSOFT: "Connection to Microsoft",
    Check.CLOCK: "Clock",
    Check.SIGN_IN: "Sign-in",
    Check.CERTIFICATE: "Certificate",
    Check.PERMISSIONS: "Permissions",
    Check.ENFORCEMENT_GROUP: "Enforcement group",
    Check.EXCLUDED_GROUP: "Excluded group",
    Check.SITE: "Site",
    Check.TRACKING_LIST: "Tracking list",
    Check.SENDER: "Sender mailbox",
    Check.SENDER_DOMAIN: "Sender's domain",
    Check.REGISTRATION_REPORT: "Registration report",
    Check.PUBLIC_URL: "Public URL",
    Check.CLIENT_ADDRESS: "Client addresses",
    Check.SEND_TEST: "Test of sending",
}

GOOD: Mapping[Good, str] = {
    Good.SETTINGS: "complete, and every value can be used.",
    Good.SIMULATED: "SIMULATED_TENANT is on: this is not Microsoft 365.",
    Good.REMARK: "{sentence}",
    Good.FILES: "nobody else on this machine can read the files that hold secrets or names.",
    Good.DATABASE: "reached, and its tables are those of this release.",
    Good.MAIL_LEAVES: "sending is not stopped (`mfa-rollout mail stop`).",
    Good.LINKS: "new links are made with the key {first}, and nobody holds one of another key.",
    Good.LINKS_OF_OLDER_KEYS: "people hold links of older keys than {first} ({number}): {names}.",
    Good.KEYS_WITHOUT_LINKS: "no link needs these of TRACKING_TOKEN_KEY, so remove them: {names}.",
    Good.TEMPORAL: "namespace {namespace} at {address}; it keeps ended workflows for {retention}.",
    Good.TEMPORAL_OPEN: (
        "namespace {namespace} at {address}; it keeps ended workflows for {retention}. There is no "
        "TLS, so nobody signs in: let nobody else reach that port, or set up mTLS."
    ),
    Good.SEARCH_ATTRIBUTES: "all are there.",
    Good.SCHEDULES: "all are there, and none is paused.",
    Good.WORKERS: "a worker has polled each task queue within the last 2 minutes.",
    Good.NONE_STUCK: "no running workflow is stopped by an error in the software.",
    Good.SEVERAL_PARTITIONS: (
        "a worker has polled each task queue within the last 2 minutes. The mail queue has "
        "{partitions} partitions, so Temporal keeps its rate only roughly; the budgets in the "
        "database are exact all the same."
    ),
    Good.MICROSOFT: "Microsoft Graph answers.",
    Good.SIGN_IN: "Entra ID gives the app a token.",
    Good.CERTIFICATE: "the app's certificate expires on {day}.",
    Good.PERMISSIONS: "the token holds what is needed, and nothing more.",
    Good.CLOCK: "agrees with Microsoft's to within {seconds} s.",
    Good.ENFORCEMENT_GROUP: (
        "an assigned cloud group. Whether a Conditional Access policy targets it can't be seen "
        "from here: check that in Entra ID."
    ),
    Good.EXCLUDED_GROUP: "it is there.",
    Good.NO_EXCLUDED_GROUP: "none is set; emergency (break-glass) accounts belong in one.",
    Good.SITE: "it can be opened.",
    Good.TRACKING_LIST: (
        "it can be read, writing is not refused, and no column, index or choice is missing."
    ),
    Good.SENDER: (
        "drafts can be read, and sending is not refused; mails in the last 24 hours: {used} of "
        "{per_day}."
    ),
    Good.SENDER_UNCOUNTED: (
        "drafts can be read, and sending is not refused. How many it has sent is not known without "
        "the database."
    ),
    Good.SENDER_DOMAIN: "SPF and DMARC records are there.",
    Good.REPORT: "it can be read.",
    Good.REPORT_NOT_LICENSED: (
        "the tenant has no Entra ID P1, or its cloud no such report, so people are looked at one "
        "by one; that is enough for about 10,000."
    ),
    Good.REPORT_OFF: "REGISTRATION_SWEEP is off: people are looked at one by one.",
    Good.PUBLIC_URL: "{url} reaches an API of this rollout.",
    Good.PUBLIC_URL_UNCOMPARED: (
        "{url} reaches an API. Whether it is this rollout's is not known without the database."
    ),
    Good.CLIENT_ADDRESS: "the API sees this computer as {address}.",
    Good.TEST_LEFT: "the mail left Drafts after {seconds} s.",
    Good.TEST_ID_KEPT: "it kept its id.",
    Good.TEST_ID_CHANGED: "its id changed when it was sent; nothing depends on it.",
    Good.TEST_SAVED: "it was found in Sent Items after {seconds} s.",
    Good.TEST_NOT_SAVED: "it was not found in Sent Items; nothing depends on it.",
    Good.TEST_REPORTED: (
        "the delivery report came after {seconds} s, with the code {code} and the class "
        "{message_class}, and names our mail."
    ),
    Good.TEST_REPORTED_WITHOUT_KEY: (
        "the delivery report came after {seconds} s, with the code {code} and the class "
        "{message_class}. It does not return our header, so reports are matched by address."
    ),
}

FAULTS: Mapping[Fault, str] = {
    Fault.NO_SETTINGS: "there is no file {file} in this folder, and TENANT_ID is not set.",
    Fault.SETTING: "{sentence}",
    Fault.FOREIGN_SETTING: "{name} in {file} is not a setting, and has no effect.",
    Fault.FILE_READABLE: "{path} ({setting}) can be read by others on this machine.",
    Fault.SCHEMA: "{sentence}",
    Fault.DATABASE_AWAY: "{sentence}",
    Fault.REBUILD: "the tables and the tracking list differ too much since {since}.",
    Fault.MAIL_STOPPED: "all mail has been stopped since {since}, by {actor}: {reason}",
    Fault.LINKS_REVOKED: "people hold links of dropped keys ({number}); they fail: {names}.",
    Fault.TEMPORAL: "{sentence}",
    Fault.SHORT_RETENTION: "namespace {namespace} keeps ended workflows for {retention} only.",
    Fault.ATTRIBUTES_MISSING: "missing in namespace {namespace}: {names}.",
    Fault.ATTRIBUTE_TYPE: "{name} is of type {kind}, not {wanted}.",
    Fault.SCHEDULES_MISSING: "missing: {names}.",
    Fault.SCHEDULES_PAUSED: "paused: {names}.",
    Fault.STUCK: "workflows that an error in the software has stopped ({number}): {names}.",
    Fault.NO_WORKER: "no worker has polled these task queues for 2 minutes: {names}.",
    Fault.MICROSOFT: "{sentence}",
    Fault.SIGN_IN: "{sentence}",
    Fault.CERTIFICATE_EXPIRES: "the app's certificate expires on {day}.",
    Fault.PERMISSIONS_MISSING: "missing: {names}.",
    Fault.PERMISSIONS_TOO_WIDE: "wider than needed: {names}.",
    Fault.MAIL_CONSENTED: "an admin consented to {names} in Entra ID, which opens every mailbox.",
    Fault.CLOCK: "this computer's clock is {seconds} s {side} Microsoft's.",
    Fault.GROUP: "{sentence}",
    Fault.SITE: "{sentence}",
    Fault.SITE_NOT_GRANTED: "the app may not open the site that SITE_ID names, or there is none.",
    Fault.SITE_NOT_WRITABLE: "the app may read the list, and may not write to it.",
    Fault.LIST: "{sentence}",
    Fault.COLUMNS_LACKING: "missing: {names}.",
    Fault.COLUMN_TYPE: "the column {name} is {kind}, not {wanted}.",
    Fault.MAILBOX: "{sentence}",
    Fault.MAILBOX_NOT_GRANTED: "the app may not read its drafts, or not yet (Application {role}).",
    Fault.MAILBOX_CANNOT_SEND: "the app may not send from it, or not yet (Application {role}).",
    Fault.SENDER_BLOCKED: "no mail leaves it since {since}.",
    Fault.SENDER_REMOVED: "SENDER_MAILBOXES no longer names it: no mail leaves for {people}.",
    Fault.SPF_MISSING: "it has no SPF record, so many mails are taken for spam.",
    Fault.SPF_TWICE: "it has {number} SPF records, which is as good as none.",
    Fault.DMARC_MISSING: "it has no DMARC record, so many mails are taken for spam.",
    Fault.REPORT_NOT_LICENSED: (
        "REGISTRATION_SWEEP is on, but the tenant has no Entra ID P1, or its cloud no such report."
    ),
    Fault.REPORT_NOT_PERMITTED: "the app may not read it.",
    Fault.URL_UNREACHABLE: "{url} can't be reached: {reason}.",
    Fault.URL_CERTIFICATE: "the certificate of {url} is not trusted: {reason}.",
    Fault.URL_NOT_OURS: "something other than the API answers at {url} (status {status}).",
    Fault.URL_OTHER_ROLLOUT: "the API at {url} is not one of this rollout's.",
    Fault.API_NOT_READY: "the API is not ready. Temporal: {temporal}; outbox: {outbox}.",
    Fault.API_CLOCK: "the clock of the API {clock}, so clicks are dated wrongly.",
    Fault.PROXY_NOT_TRUSTED: "the API takes the proxy {address} for the client of all requests.",
    Fault.PROXY_HIDES_CLIENTS: (
        "the proxy in front of the API sends no X-Forwarded-For, so all clients are {address}."
    ),
    Fault.FORWARDED_FOR_NOT_TRUSTED: (
        "at {since} an address that TRUSTED_PROXIES does not name sent X-Forwarded-For."
    ),
    Fault.TEST_NOT_SENT: "{sentence}",
    Fault.TEST_STAYS_DRAFT: "Exchange took the mail, and it is still in Drafts after {seconds} s.",
    Fault.TEST_NOT_REPORTED: (
        "no report on the mail to nobody came in {minutes} min: a wrong address would look right."
    ),
    Fault.TEST_REFUSED: (
        "the mail to nobody came back after {seconds} s, and not because nobody has the address: "
        "code {code}, class {message_class}."
    ),
}

REMEDIES: Mapping[Fault, str] = {
    Fault.NO_SETTINGS: (
        "Change to its folder, or write the settings named below into such a file here; "
        "docs/settings.md explains them."
    ),
    Fault.SETTING: "",
    Fault.FOREIGN_SETTING: "Remove the line, or correct the name: docs/settings.md has them all.",
    Fault.FILE_READABLE: "Take the right to read away from everybody but its owner:",
    Fault.SCHEMA: "Create or update the tables:",
    Fault.DATABASE_AWAY: "Start the database, or correct DATABASE_URL or DATA_DIR.",
    Fault.REBUILD: "See whether the list is right; if so, refill the tables from it:",
    Fault.MAIL_STOPPED: "When mail may leave again:",
    Fault.LINKS_REVOKED: "Their next mail brings a new one; docs/keys.md says how to send it now.",
    Fault.TEMPORAL: "Until then nobody is enrolled, and clicks wait in the API's outbox.",
    Fault.SHORT_RETENTION: "Keep them for a month, for `show --history` and `rebuild`:",
    Fault.ATTRIBUTES_MISSING: "Create them (on Temporal Cloud: in its UI):",
    Fault.ATTRIBUTE_TYPE: "Remove it; then `mfa-rollout provision` creates it with the right type:",
    Fault.SCHEDULES_MISSING: "Create them; a worker that starts does it, too:",
    Fault.SCHEDULES_PAUSED: "Unless that is on purpose:",
    Fault.STUCK: (
        "Cancel none: nothing is lost. If it came with an update, run the version before it again; "
        "docs/changing-workflows.md says more. This lists the enrolments:"
    ),
    Fault.NO_WORKER: "Start a worker; restart one that was started with other settings:",
    Fault.MICROSOFT: (
        "Let this computer reach Microsoft's hosts, directly or through HTTPS_PROXY_URL; CA_BUNDLE "
        "names the authorities of a proxy that opens TLS."
    ),
    Fault.SIGN_IN: "Everything else in the tenant can be looked at once this works.",
    Fault.CERTIFICATE_EXPIRES: (
        "Make a new one, add it to the app registration, then put it and its key into "
        "CLIENT_CERTIFICATE_FILE; processes read the file again by themselves:"
    ),
    Fault.PERMISSIONS_MISSING: (
        "Add the application permissions, and consent as an admin. For a managed identity, "
        "`mfa-rollout provision --print powershell` prints what to do instead:"
    ),
    Fault.PERMISSIONS_TOO_WIDE: (
        "Remove them in Entra ID: App registrations, {client_id}, API permissions. Needed are "
        "those of docs/admin-guide.md."
    ),
    Fault.MAIL_CONSENTED: (
        "Remove it in Entra ID: App registrations, {client_id}, API permissions. Exchange's RBAC "
        "for Applications grants it for the sender mailboxes alone: docs/admin-guide.md."
    ),
    Fault.CLOCK: "Let the computer set its clock by NTP:",
    Fault.GROUP: "docs/admin-guide.md says which kind; `provision --group NAME` finds the id.",
    Fault.SITE: "`mfa-rollout provision --site ADDRESS` finds the id by the site's address.",
    Fault.SITE_NOT_GRANTED: "Grant access to the site, in PowerShell, as a SharePoint admin:",
    Fault.SITE_NOT_WRITABLE: "Grant `write` on the site, in PowerShell, as a SharePoint admin:",
    Fault.LIST: "Create the list, then set the LIST_ID that the command prints:",
    Fault.COLUMNS_LACKING: "Add what is missing:",
    Fault.COLUMN_TYPE: (
        "Move what it holds to a column of another name, delete the column, and create it anew:"
    ),
    Fault.MAILBOX: "Correct SENDER_MAILBOXES, or create the shared mailbox in Exchange Online.",
    Fault.MAILBOX_NOT_GRANTED: (
        "The script that the first command prints grants what is missing in Exchange Online (its "
        "step 5); it may be run again. A grant takes effect within two hours. In Exchange Online "
        "PowerShell the second command shows whether there is one (InScope):"
    ),
    Fault.MAILBOX_CANNOT_SEND: (
        "Run the script that the first command prints again (its step 5); in two hours it has "
        "effect. In Exchange Online PowerShell the second command shows it (InScope):"
    ),
    Fault.SENDER_REMOVED: "Put it back at its place: each person keeps one mailbox.",
    Fault.SENDER_BLOCKED: "{remedy}. It is tried again every half hour by itself.",
    Fault.SPF_MISSING: "Publish a TXT record for {domain}:",
    Fault.SPF_TWICE: "Join the TXT records of {domain} that begin with v=spf1 into one:",
    Fault.DMARC_MISSING: "Publish a TXT record; stricter policies can follow:",
    Fault.REPORT_NOT_LICENSED: "Buy Entra ID P1, or look at people one by one:",
    Fault.REPORT_NOT_PERMITTED: (
        "Add the application permission and consent as an admin, or set REGISTRATION_SWEEP=off:"
    ),
    Fault.URL_UNREACHABLE: (
        "Start the API, and the reverse proxy in front of it, or correct PUBLIC_BASE_URL, where "
        "the links in mails lead:"
    ),
    Fault.URL_CERTIFICATE: (
        "Give the proxy a certificate for that name from an authority that browsers trust, with "
        "its whole chain."
    ),
    Fault.URL_NOT_OURS: (
        "Let the proxy pass every path on to the API, or correct PUBLIC_BASE_URL. It was asked for "
        "/readyz."
    ),
    Fault.URL_OTHER_ROLLOUT: (
        "Correct PUBLIC_BASE_URL, or DATABASE_URL and DATA_DIR: this terminal and that API have "
        "different databases."
    ),
    Fault.API_NOT_READY: "Look at the API's log, and at Temporal's line above.",
    Fault.API_CLOCK: "Let the computers of the API and of the workers set their clocks by NTP.",
    Fault.PROXY_NOT_TRUSTED: "Set this for the API and start it again, if that is your proxy:",
    Fault.PROXY_HIDES_CLIENTS: "Let the proxy send X-Forwarded-For with the client's address.",
    Fault.FORWARDED_FOR_NOT_TRUSTED: (
        "If a proxy of yours is not in TRUSTED_PROXIES, add it and start the API again. Otherwise "
        "somebody writes the header who may not, and it is ignored, as it should be."
    ),
    Fault.TEST_NOT_SENT: "The lines of the sender mailbox above say what is missing.",
    Fault.TEST_STAYS_DRAFT: (
        "Look at the message trace and at Restricted entities in Microsoft Defender, and send "
        "the test again."
    ),
    Fault.TEST_NOT_REPORTED: (
        "See that no inbox rule moves or deletes reports, that the domain is no catch-all, and "
        "that reports are made (NDREnabled):"
    ),
    Fault.TEST_REFUSED: (
        "The code says why Exchange, or a rule of the organisation, refuses mails of this mailbox: "
        "look at the message trace in Microsoft Defender."
    ),
}

BLIND: Mapping[Blind, str] = {
    Blind.SETTING_UNKNOWN: "{setting} is missing or wrong; see the settings above.",
    Blind.AFTER_ANOTHER: "waits for {other}: see that line.",
    Blind.TOO_SLOW: "no answer within {seconds} s. Allow more time with `--within`.",
    Blind.FAILED: "{sentence}",
    Blind.UNEXPECTED: "it failed unexpectedly ({kind}).",
    Blind.NOT_OFFERED: "the server does not offer this information.",
    Blind.SIMULATED: "not checked, since the tenant is simulated. `--dns-server` checks it anyway.",
    Blind.NO_RESOLVER: "no DNS server answers. Name one that does with `--dns-server`.",
}
