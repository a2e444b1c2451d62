"""Tests of requests about many people."""
