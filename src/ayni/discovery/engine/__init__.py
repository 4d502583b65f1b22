"""Search engines behind one small interface. Nothing here knows Django or the database."""
