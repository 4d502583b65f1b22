"""The only writers of records, revisions and imports."""
