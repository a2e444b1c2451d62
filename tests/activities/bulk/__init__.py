"""Tests of the steps of requests about many people."""
