"""A person's own pages: what is their turn, what happened, what they are told and how often."""
