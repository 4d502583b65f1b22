"""What was learnt: good practices, lessons, publications and activity records, with their revisions and imports.

May import registry, kernel and language. Start reading at `documents.py` (what a record says), then
`states.py` (its life) and `models/`.
"""
