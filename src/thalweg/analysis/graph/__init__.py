"""Analyses that need a network only."""
