"""Microsoft Graph v1.0 over the tenant's services: routing, permissions, OData and shapes."""
