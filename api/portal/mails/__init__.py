"""Mails in the portal: how each looks, the switch that stops all, and the mailboxes."""
