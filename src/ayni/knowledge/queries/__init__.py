"""Reads of records shared by pages, feeds, commands and the index."""
