"""The control API: change the tenant from outside, for tests and the demo."""
