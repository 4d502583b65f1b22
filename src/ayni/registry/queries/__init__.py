"""Reads of the registry shared by pages, commands and feeds."""
