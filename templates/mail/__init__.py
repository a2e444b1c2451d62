"""The parts of a mail: its layouts, its style and, one catalogue for each language, its words."""
