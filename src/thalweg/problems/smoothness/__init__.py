"""Where a loss made of JAX operations has no derivative: read from its program, confirmed by its gradient."""
