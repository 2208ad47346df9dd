"""The lsplan command."""
