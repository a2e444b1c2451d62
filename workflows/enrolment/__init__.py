"""One user's enrolment."""
