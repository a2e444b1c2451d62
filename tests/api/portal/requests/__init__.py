"""The pages of requests about many people."""
