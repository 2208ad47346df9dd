"""A state machine over the services: anything may happen, in any order, and the rules hold."""
