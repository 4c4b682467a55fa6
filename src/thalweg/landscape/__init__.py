"""The database of one problem: what has been found."""
