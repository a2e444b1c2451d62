"""Everything that people get to read: pages and mails, as Jinja2 templates and their rendering."""
