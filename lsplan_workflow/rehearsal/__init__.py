"""Rehearsing a period: a cast that acts, a stage of its own, and the story of what happened."""
