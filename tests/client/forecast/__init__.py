"""Tests of forecasts from the tables."""
