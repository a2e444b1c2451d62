"""The verbs about the people of a rollout: all of them, some, or one."""
