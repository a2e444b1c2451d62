"""REST about requests that concern many people."""
