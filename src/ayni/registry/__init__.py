"""People, institutions, roles, vocabularies, translations, audit and the outbox: what everything points at.

May import kernel and language. Start reading at `models/`, then `actions/`.
"""
