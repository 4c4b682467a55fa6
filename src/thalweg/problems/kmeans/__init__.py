"""The K-means cost function."""
