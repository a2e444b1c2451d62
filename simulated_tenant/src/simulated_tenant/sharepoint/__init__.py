"""One SharePoint: sites, lists, columns with their rules, and items."""
