"""Tests of the pages about reports by mail."""
