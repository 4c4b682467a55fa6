"""Marginal likelihoods of Gaussian processes."""
