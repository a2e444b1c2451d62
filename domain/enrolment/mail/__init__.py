"""What mails do to an enrolment: when they may leave, what is so then, which come back."""
