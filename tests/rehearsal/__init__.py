"""Rehearsals of a period."""
