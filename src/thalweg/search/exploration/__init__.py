"""Explorations: what to search next, where it runs, and when it ends."""
