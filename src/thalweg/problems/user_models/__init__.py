"""Models of the user's own and of other libraries as problems: one file for each way in (`from_…`)."""
