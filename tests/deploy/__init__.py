"""Tests of what the product is deployed with."""
