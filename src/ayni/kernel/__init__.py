"""Mechanisms without vocabulary: policies, moves, guarded models, ids, the clock. Owns no tables.

Imports nothing of Ayni. Start reading at `actions.py`.
"""
