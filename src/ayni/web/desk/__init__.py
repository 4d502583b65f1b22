"""What a person has to do, is told, and has set: desk, notices, saved searches, settings."""
