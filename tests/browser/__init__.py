"""The pages and mails as people see them: in Debian's Chromium."""
