"""Loops that move batches of walkers to stationary points."""
