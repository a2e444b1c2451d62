"""Tests of actions on many people in the portal."""
