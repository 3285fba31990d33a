"""What a file holds, by its content whatever its name, and what a document is in it."""
