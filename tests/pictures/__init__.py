"""What every letter looks like, for docs/messages.md: `python -m tests.pictures`."""
