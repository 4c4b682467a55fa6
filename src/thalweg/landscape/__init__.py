"""The database of one problem: its minima, transition states, and the runs that found them."""
