"""What operators do on pages: bringing records in, and taking them out again."""
