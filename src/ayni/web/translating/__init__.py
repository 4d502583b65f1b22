"""Where a record is put into another language, side by side."""
