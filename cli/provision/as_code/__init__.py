"""What ``provision --print`` prints: the same set-up as code, for who runs it with their rights."""
