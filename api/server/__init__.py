"""The sockets of the API: who may connect, how many at once, and for how long."""
