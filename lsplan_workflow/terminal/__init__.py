"""What every command shares: its language, its output, its exit codes, its words on failure."""
