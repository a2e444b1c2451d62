"""A rollout played forward from the rules that steer it: mails, registrations, the deadline."""
