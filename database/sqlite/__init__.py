"""The embedded database: engines, their driver, and whole transactions."""
