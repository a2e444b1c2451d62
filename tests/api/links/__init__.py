"""Tests of whose a link is."""
