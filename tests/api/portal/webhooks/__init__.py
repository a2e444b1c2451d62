"""Tests of the pages about webhooks."""
