"""Analyses of minima that need the problem."""
