"""PyTorch modules as problems; imported only where they are asked for, like PyTorch itself."""
