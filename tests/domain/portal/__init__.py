"""Tests of roles and parts."""
