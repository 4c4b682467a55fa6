"""[problem]: what is minimised, a file for each kind."""
