"""`python -m thalweg.cli`."""

from . import process

process()
