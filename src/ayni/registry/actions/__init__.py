"""The only writers of the registry's tables."""
