"""Prefect flows: thin wrappers that schedule, retry and show; no rules."""
