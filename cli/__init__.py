"""The command line: one verb for each process, and for what admins do."""
