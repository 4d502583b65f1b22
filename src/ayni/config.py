"""Every option of a site: its name, type, default and purpose. Read from the environment, once.

`docs/reference/settings.md` repeats this table; a test keeps the two alike.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class BadOption(ValueError):
    """An option's value cannot be used; the message names the option and what would do."""


@dataclass(frozen=True)
class Option:
    name: str
    kind: str  # "text", "path", "flag", "number", "list"
    default: str
    purpose: str


OPTIONS = (
    Option("AYNI_HOME", "path", "./var", "Where data lives: SQLite file, search index, uploads, secret."),
    Option("AYNI_MODE", "text", "local", "`local` (one machine, try and develop) or `production` (strict)."),
    Option("AYNI_DEBUG", "flag", "no", "Show tracebacks on error pages. Refused in production."),
    Option(
        "AYNI_SECRET_KEY", "text", "", "Signing key. Empty: made on first run and kept in AYNI_HOME/secret."
    ),
    Option("AYNI_DATABASE_URL", "text", "", "`postgresql://user:password@host:port/name`. Empty: SQLite."),
    Option(
        "AYNI_SITE_URL", "text", "http://localhost:8000", "The address people see; used in feeds and links."
    ),
    Option("AYNI_SITE_NAME", "text", "Ayni", "The name in the header, in titles and feeds."),
    Option("AYNI_HOSTS", "list", "localhost,127.0.0.1,[::1]", "Host names the site answers to."),
    Option("AYNI_HTTPS", "flag", "no", "The site is reached by https: secure cookies, strict transport."),
    Option(
        "AYNI_PROXIES",
        "number",
        "0",
        "Proxies before the site that each add the visitor's address to `X-Forwarded-For`, mostly 1. "
        "Log-in is limited by that address. 0: the header is not believed.",
    ),
    Option("AYNI_LISTEN", "text", "127.0.0.1", "Address the server listens on."),
    Option("PORT", "number", "8000", "Port the server listens on."),
    Option("AYNI_THREADS", "number", "8", "Request threads of one web process."),
    Option("AYNI_LOG_LEVEL", "text", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Option("AYNI_LOG_FORMAT", "text", "text", "`text` for people, `json` for machines."),
    Option("AYNI_UPLOAD_LIMIT_MB", "number", "20", "Largest file an operator may upload for import."),
    Option("AYNI_IMPORT_ROW_LIMIT", "number", "50000", "Most rows of one import file."),
    Option(
        "AYNI_CLOCK_DAYS",
        "number",
        "0",
        "Days by which the site's clock runs ahead, to rehearse what a year brings. Refused in production.",
    ),
    Option("AYNI_CONTACT_EMAIL", "text", "", "Whom people write to when the site fails them."),
    Option(
        "AYNI_MAIL_URL",
        "text",
        "",
        "`smtp://user:password@host:587` or `smtps://...`. Empty: no mail is sent.",
    ),
    Option("AYNI_FILE_LIMIT_MB", "number", "10", "Largest photo or document an author may add."),
    Option("AYNI_REVIEW_DAYS", "number", "7", "Days a reading may take before its reader is reminded."),
    Option(
        "AYNI_FRESH_MONTHS",
        "number",
        "12",
        "Months after which those who stand for a record are asked whether it still holds.",
    ),
    Option(
        "AYNI_TRANSLATOR_URL",
        "text",
        "",
        "Address of a translation service that speaks LibreTranslate's protocol. Empty: no machine translation.",
    ),
    Option("AYNI_TRANSLATOR_KEY", "text", "", "Key of the translation service, where it wants one."),
    Option("AYNI_MAIL_FROM", "text", "", "Sender of mail. Empty: AYNI_CONTACT_EMAIL."),
)
_BY_NAME = {option.name: option for option in OPTIONS}
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_YES = {"1", "yes", "true", "on"}
_NO = {"0", "no", "false", "off", ""}


class Config:
    """Typed reading of the options from a mapping such as `os.environ`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str) -> str:
        return self._environment.get(name, "").strip() or _BY_NAME[name].default

    def flag(self, name: str) -> bool:
        value = self.text(name).lower()
        if value not in _YES | _NO:
            raise BadOption(f"{name} is {value!r}; say yes or no.")
        return value in _YES

    def number(self, name: str) -> int:
        value = self.text(name)
        if not value.isascii() or not value.isdigit():
            raise BadOption(f"{name} is {value!r}; give a whole number.")
        return int(value)

    def list(self, name: str) -> list[str]:
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def path(self, name: str) -> Path:
        return Path(self.text(name)).expanduser().resolve()

    def mode(self) -> str:
        return self._one_of("AYNI_MODE", ("local", "production"))

    def log_format(self) -> str:
        return self._one_of("AYNI_LOG_FORMAT", ("text", "json"))

    def log_level(self) -> str:
        return self._one_of("AYNI_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), change=str.upper)

    def _one_of(self, name: str, allowed: tuple[str, ...], change: Callable[[str], str] = str.lower) -> str:
        value = change(self.text(name))
        if value not in allowed:
            raise BadOption(f"{name} is {value!r}; use one of: {', '.join(allowed)}.")
        return value


def read() -> Config:
    return Config(os.environ)


def secret_key(config: Config) -> str:
    """The signing key: the option, else the one in AYNI_HOME, else a new one kept there (mode 600).

    Where AYNI_HOME cannot be written, a key for this process alone: people are logged out at the
    next start, and `ayni doctor` says why.
    """
    if key := config.text("AYNI_SECRET_KEY"):
        return key
    path = config.path("AYNI_HOME") / "secret"
    try:
        return path.read_text().strip()
    except OSError:
        key = secrets.token_urlsafe(50)
    whole = path.with_name(f"secret.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key)
        # Linking fails when another process was first, and never shows a half-written key.
        with suppress(FileExistsError):
            os.link(whole, path)
        whole.unlink()
        return path.read_text().strip()
    except OSError:
        return key


def database(config: Config) -> dict[str, object]:
    """Django's DATABASES["default"] from AYNI_DATABASE_URL; SQLite in AYNI_HOME without one."""
    url = config.text("AYNI_DATABASE_URL")
    if not url:
        return sqlite_database(config.path("AYNI_HOME") / "ayni.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite_database(Path(unquote(parts.path)))
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadOption(f"AYNI_DATABASE_URL begins with {parts.scheme!r}; use postgresql:// or sqlite:///.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def mail(config: Config) -> dict[str, object]:
    """Django's settings of mail from AYNI_MAIL_URL; none without one.

    `smtp` is encrypted by STARTTLS unless the mail server is this machine; `smtps` from the beginning.
    """
    url = config.text("AYNI_MAIL_URL")
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadOption(f"AYNI_MAIL_URL cannot be read: {error}.") from error
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadOption("AYNI_MAIL_URL must look like smtp://user:password@host:587 or smtps://...")
    sender = config.text("AYNI_MAIL_FROM") or config.text("AYNI_CONTACT_EMAIL")
    if not sender:
        raise BadOption("AYNI_MAIL_FROM is empty; name the sender of mail, or set AYNI_CONTACT_EMAIL.")
    starts_tls = parts.scheme == "smtp" and parts.hostname not in _LOCAL
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 587 if starts_tls else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": starts_tls,
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,  # seconds; somebody waits for the page
        "DEFAULT_FROM_EMAIL": sender,
    }


def sqlite_database(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # Kept open between requests: opening the file and its journal costs more than most queries.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # writers queue up instead of failing halfway
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        },
    }
