"""Whose is a link? What our tables say, and whether they may say *nobody's*."""
