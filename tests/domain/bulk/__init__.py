"""Tests of what is recorded of requests about many people."""
