"""Tests of what the Temporal UI asks the portal for."""
