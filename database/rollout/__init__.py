"""What belongs to no enrolment: switches, settings, processes, requests, marks."""
