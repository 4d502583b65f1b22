"""What becomes of a published record: questions, freshness, claims, measures."""
