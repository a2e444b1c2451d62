"""What an enrolment does in the directory and the group."""
