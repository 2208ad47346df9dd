"""Tables, named queries and files: the only part that speaks to a database."""
