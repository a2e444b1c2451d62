"""Tests of the pages about mails."""
