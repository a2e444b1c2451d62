"""Puts the people of the past where the product and its pages expect them: into the tenant."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import httpx

from demo.past.people import manager_of
from demo.tenant_settings import DemoTenant
from domain.tables.enrolment import EnrolmentRecord
from domain.tracking_list.columns import Fields, iso

METHOD = "microsoftAuthenticator"


class PastInTenant:
    """Adds people to the directory, the group and the list, through the tenant's control API."""

    def __init__(self, http: httpx.AsyncClient, tenant: DemoTenant) -> None:
        """Add them by the pages' address, with the ids that the settings name."""
        self._http = http
        self._tenant = tenant
        self._managers: dict[str, str] = {}

    async def add(self, rows: list[EnrolmentRecord]) -> list[EnrolmentRecord]:
        """Add people, and return them as they stand on the list."""
        managers = [*self._new_managers(rows)]
        items = [list_fields(row) for row in rows]
        answer = await self._http.post(
            "/control/bulk",
            json={
                "users": [*managers, *(self._user(row) for row in rows)],
                "groupId": self._tenant.group_id,
                "members": [row.object_id for row in rows if row.in_group],
                "items": items,
            },
            timeout=60,
        )
        answer.raise_for_status()
        ids = answer.json()["itemIds"]
        return [
            replace(row, item_id=item_id, written=dict(fields), sender=self._tenant.sender)
            for row, item_id, fields in zip(rows, ids, items, strict=True)
        ]

    def _new_managers(self, rows: Iterable[EnrolmentRecord]) -> Iterable[dict[str, Any]]:
        for upn in sorted({row.manager_upn for row in rows if row.manager_upn} - {*self._managers}):
            self._managers[upn] = str(uuid5(NAMESPACE_DNS, upn))
            number = int(upn.partition("@")[0].rpartition(".m")[2])
            yield {
                "id": self._managers[upn],
                "userPrincipalName": upn,
                "displayName": manager_of(number)[1],
                "mail": upn,
                "methods": [METHOD],
            }

    def _user(self, row: EnrolmentRecord) -> dict[str, Any]:
        return {
            "id": row.object_id,
            "userPrincipalName": row.upn,
            "displayName": row.display_name,
            "mail": row.mail,
            "department": row.department,
            "preferredLanguage": row.language,
            "managerId": self._managers.get(row.manager_upn or ""),
            "methods": [METHOD] if row.registered_at else [],
        }


def list_fields(row: EnrolmentRecord) -> Fields:
    """Return what the list says about somebody whose enrolment has ended well."""
    fields: Fields = {
        "Title": row.upn,
        "DisplayName_": row.display_name,
        "InviteStatus": row.status.value,
        "InGroup": row.in_group,
        "MFARegistrationState": row.registration.value,
        "MFARegistrationDate": iso(row.registered_at),
        "ClickedLinkDate": iso(row.clicked_at),
        "AddedToGroupDate": iso(row.added_to_group_at),
        "InviteSentDate": iso(row.invite_sent_at),
        "EmailOpenedDate": iso(row.opened_at),
        "LastReminderDate": iso(row.last_reminder_at),
        "ReminderCount": row.reminder_count,
        "EscalatedToManager": row.escalated,
        "EscalationDate": iso(row.escalated_at),
        "ManagerUPN": row.manager_upn,
        "Source": row.source,
        "SourceBatchId": row.batch_id,
        "CorrelationId": row.correlation_id,
        "ObjectId": row.object_id,
        "Department": row.department,
    }
    return {name: value for name, value in fields.items() if value is not None}
