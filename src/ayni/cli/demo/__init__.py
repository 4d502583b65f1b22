"""The demo world: fictional institutions, people and records, built through the same actions as real ones."""
