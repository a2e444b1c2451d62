"""People of the past, who are in the demo from its beginning with an enrolment that has ended."""
