"""The rules of one enrolment: its state, what is due, and what changes it."""
