"""Models of the user's own, and of other libraries."""
