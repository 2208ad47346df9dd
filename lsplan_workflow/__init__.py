"""A workflow and deadline engine for a province's reporting duties."""
