"""One person's story, told from the history of their enrolment."""
