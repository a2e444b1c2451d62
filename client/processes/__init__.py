"""Work that a process of its own does, so that nobody else waits for the interpreter."""
