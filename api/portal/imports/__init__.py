"""Importing people in the portal: upload, preview, start, report; and batches."""
