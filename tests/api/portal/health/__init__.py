"""Tests of the pages about health and settings."""
