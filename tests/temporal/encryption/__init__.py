"""Tests of what others may not read in Temporal."""
