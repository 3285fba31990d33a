"""What a file is, by its content whatever its name: text in some encoding, an archive, no text."""
