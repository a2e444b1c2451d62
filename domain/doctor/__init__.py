"""What doctor finds: its lines, and the rules by which facts become lines."""
