"""Maps the loss landscape of a machine-learning model: minima, transition states, networks."""
