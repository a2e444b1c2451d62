"""A simulated tenant: Entra ID, Microsoft Graph, mailboxes and one SharePoint site.

It stands in for Microsoft's services in the demo, in tests and in docker compose, as far as this
project uses them, and is meant to be as unforgiving as they are: wrong columns, missing roles,
stale eTags, repeated assertions and unindexed filters are refused with Microsoft's own statuses
and codes. Nothing in it knows the product, nothing in the product knows that it is simulated.

Run it::

    simulated-tenant --day 1.5     # people of the demo act by themselves
    simulated-tenant --help

or, in a test, in the test's own event loop::

    tenant = SimulatedTenant(tenant_id=str(uuid4()))
    ann = tenant.add_user("ann@contoso.example", department="Sales")
    tenant.add_app(client_id, secret, ["User.Read.All"])
    tenant.faults.add(Fault(path="/users", status=429, retry_after="2.5"))
    transport = httpx.ASGITransport(app=create_app(tenant))

Two sides. On https: the token endpoint, discovery and keys below ``/{tenant}``, Graph below
``/v1.0``; the certificate authority is ``ca.pem`` in the data directory. On plain http: pages for
people (``/``, ``/outbox``, ``/list``, ``/group``, ``/security-info``), the portal's sign-in page,
and ``/control``, a JSON API over everything, which needs no login. Both bind loopback.

Where things are: ``entra`` (apps, keys, tokens, sign-in), ``directory``, ``exchange`` and
``sharepoint`` (state and its rules), ``graph`` (routes, permissions, OData, shapes of answers),
``faults`` (what goes wrong on demand), ``traits`` (what a real tenant does that a kind one
doesn't), ``storage`` (SQLite), ``people`` and ``control`` (the http side), ``population`` and
``personas`` (the demo's people, and how they act).

With a data directory, state, keys and authority survive a restart; tokens in flight stay good,
faults, traits, authorization codes and what was counted for limits are forgotten. Not simulated:
``$search``, attachments but those of reports and files that a draft is made with, versions of
items, delegated permissions.
"""

from simulated_tenant.app import create_app
from simulated_tenant.tenant import SimulatedTenant

__all__ = ["SimulatedTenant", "create_app"]
