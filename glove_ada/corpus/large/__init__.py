"""What corpora past one machine need: files at URLs, parts, and words that are counted apart."""
