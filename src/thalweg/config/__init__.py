"""Configuration files: TOML, checked field by field."""
