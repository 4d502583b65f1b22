"""What files must be to be taken, and where their bytes lie. Knows bytes and paths; no database, no person."""
