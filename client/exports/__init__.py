"""Files for spreadsheets: who is in the rollout, as CSV and as an Excel workbook."""
