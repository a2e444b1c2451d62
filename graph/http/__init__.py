"""How Microsoft Graph is called: client, errors, retries, paging."""
