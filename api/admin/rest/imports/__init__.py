"""REST about imports: what was imported, its rows, and the undo of one."""
