"""The search page, its map and its feed."""
