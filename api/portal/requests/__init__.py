"""The pages of requests about many people: whom one would meet, how far it is, what came of it."""
