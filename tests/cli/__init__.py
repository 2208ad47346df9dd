"""The command line: what it prints, in which language, and its exit codes."""
