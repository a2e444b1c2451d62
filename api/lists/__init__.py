"""Lists of people, as REST and the command line share them with the portal."""
