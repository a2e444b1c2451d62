"""Every Graph call that the tenant answers."""

from simulated_tenant.graph.directory import groups, reports, users
from simulated_tenant.graph.directory.delta import users_delta
from simulated_tenant.graph.lists import items, sites
from simulated_tenant.graph.lists.delta import items_delta
from simulated_tenant.graph.mail import parts, reading, writing
from simulated_tenant.graph.router import Handler

HANDLERS: dict[str, Handler] = {
    "GET /users": users.list_users,
    "GET /users/delta": users_delta,
    "GET /users/{id}": users.get_user,
    "GET /users/{id}/manager": users.get_manager,
    "GET /users/{id}/authentication/methods": users.list_methods,
    "POST /users/{id}/checkmembergroups": groups.check_member_groups,
    "GET /groups": groups.list_groups,
    "GET /groups/{id}": groups.get_group,
    "GET /groups/{id}/members": groups.list_members,
    "GET /groups/{id}/transitivemembers": groups.list_transitive_members,
    "POST /groups/{id}/members/$ref": groups.add_member,
    "DELETE /groups/{id}/members/{id}/$ref": groups.remove_member,
    "GET /organization": reports.get_organization,
    "GET /reports/authenticationmethods/userregistrationdetails": reports.list_registrations,
    "GET /reports/authenticationmethods/userregistrationdetails/{id}": reports.get_registration,
    "GET /sites/{id}": sites.get_site,
    "GET /sites/{id}/lists": sites.list_lists,
    "POST /sites/{id}/lists": sites.create_list,
    "GET /sites/{id}/lists/{id}": sites.get_list,
    "GET /sites/{id}/lists/{id}/columns": sites.list_columns,
    "POST /sites/{id}/lists/{id}/columns": sites.create_column,
    "PATCH /sites/{id}/lists/{id}/columns/{id}": sites.update_column,
    "GET /sites/{id}/lists/{id}/items": items.list_items,
    "POST /sites/{id}/lists/{id}/items": items.create_item,
    "GET /sites/{id}/lists/{id}/items/delta": items_delta,
    "GET /sites/{id}/lists/{id}/items/{id}": items.get_item,
    "DELETE /sites/{id}/lists/{id}/items/{id}": items.delete_item,
    "PATCH /sites/{id}/lists/{id}/items/{id}/fields": items.update_fields,
    "POST /users/{id}/sendmail": writing.send_mail,
    "POST /users/{id}/messages": writing.create_draft,
    "GET /users/{id}/messages": reading.list_messages,
    "GET /users/{id}/messages/{id}": reading.get_message,
    "GET /users/{id}/messages/{id}/$value": parts.get_mime,
    "GET /users/{id}/messages/{id}/attachments": parts.list_attachments,
    "GET /users/{id}/messages/{id}/attachments/{id}": parts.get_attachment,
    "GET /users/{id}/messages/{id}/attachments/{id}/$value": parts.get_attachment_content,
    "PATCH /users/{id}/messages/{id}": writing.update_message,
    "DELETE /users/{id}/messages/{id}": writing.delete_message,
    "POST /users/{id}/messages/{id}/send": writing.send_draft,
    "GET /users/{id}/mailfolders/{id}/messages": reading.list_folder,
}
