"""Ayni: find what worked, who did it, and exchange the people who know how."""

__version__ = "0.1.0"
