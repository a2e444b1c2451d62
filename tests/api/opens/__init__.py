"""Tests of opened mails."""
