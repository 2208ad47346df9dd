"""The rules of reporting: pure values and functions, no clock, no I/O, no framework."""
