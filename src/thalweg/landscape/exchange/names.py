"""What the formats are called on the command line, which shows the names without reading a file."""

FORMAT_NAMES = ("pathsample", "bundle", "pele", "sqlite", "topsearch")
