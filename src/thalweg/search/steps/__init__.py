"""Single steps of walkers: Newton, eigenvector-following, steepest descent."""
