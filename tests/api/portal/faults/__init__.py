"""Hostile names on every page and in every download, and pages while something is away."""
