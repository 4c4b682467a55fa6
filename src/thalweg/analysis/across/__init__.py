"""Analyses across parameters, samples and losses."""
