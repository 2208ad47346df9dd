"""Submissions on their way in."""
