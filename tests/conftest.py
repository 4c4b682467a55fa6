"""Settings that every test shares."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("MPLBACKEND", "Agg")

from hypothesis import settings

# Compilation makes the first example slow; the examples themselves are the same on every run.
settings.register_profile("thalweg", deadline=None, derandomize=True, max_examples=25)
settings.load_profile("thalweg")
