"""The config folder read into domain values; every fault with file, line and field."""
