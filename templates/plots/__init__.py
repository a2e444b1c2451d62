"""Plots as SVG for pages and as PNG for mails, drawn by Vega-Lite from plain values."""
