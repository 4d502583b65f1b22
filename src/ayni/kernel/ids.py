"""Permanent public ids: short, hard to mistake when read aloud, not guessable, never reused."""

import hashlib
import re
import secrets

# Crockford's base 32 in lower case: no i, l, o, u.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 12
PATTERN = re.compile(rf"[{_ALPHABET}]{{{LENGTH}}}")


def new_uid() -> str:
    """Sixty random bits: among a million records the chance of a clash is one in two million."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def new_secret() -> str:
    """For a link that lets whoever holds it do one thing. Only its hash is stored."""
    return secrets.token_urlsafe(24)


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
