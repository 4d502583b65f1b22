"""Commands for people who run a site, and the demo world. Owns no tables; calls the same actions as pages."""
