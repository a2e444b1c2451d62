"""The verbs about the people of a rollout, and the mails that they get."""
