"""Tests of the verbs about many people."""
