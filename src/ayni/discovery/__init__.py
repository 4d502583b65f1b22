"""Finding: the search index and what is read from it. Rebuildable; owns no tables.

May import knowledge, registry, kernel and language. Start reading at `queries.py` and `engine/interface.py`.
"""
