"""Verbs of the product as a process runs them whose clock or whose version is another one."""
