"""A record as a file for elsewhere: Word, PDF, JSON."""
