"""Analyses of minima that need their problem, asked for by what it can do (problems.capabilities)."""
