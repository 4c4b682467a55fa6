"""Analyses across landscapes: over parameters, samples of the data, and losses."""
