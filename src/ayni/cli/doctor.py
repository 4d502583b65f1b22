"""What is missing or unsafe on this site, and how to mend it. Reads only; each check stands alone.

Like the log it speaks English: it is read beside logs and documentation.
"""

import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import to_locale

from ayni.knowledge.formats import pdf_out
from ayni.language.codes import CONTENT_LANGUAGES, native_name

OK, WARN, FAIL = "ok", "warn", "fail"
GIGABYTE = 1024**3
LONG_ENOUGH = 40
OLDEST_PYTHON = (3, 11)
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", None}


@dataclass(frozen=True)
class Finding:
    """`level`: ok, warn (works, could be better) or fail (mend it first). `mend`: what to do about it."""

    name: str
    level: str
    text: str
    mend: str = ""


Check = Callable[[], Iterator[Finding]]


def examine(checks: tuple[Check, ...]) -> list[Finding]:
    """Every finding of every check; a check that breaks down is a finding, not the end of the visit."""
    found: list[Finding] = []
    for check in checks:
        name = check.__name__.replace("_", " ")
        try:
            found += check()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other checks matter too
            reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
            found.append(
                Finding(name, FAIL, f"could not be examined: {reason}", "See the other findings first.")
            )
    return found


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        yield Finding("python", OK, f"Python {version}")
    else:
        yield Finding(
            "python", FAIL, f"Python {version} is too old.", "Install Python 3.11 or newer; run make again."
        )


def home() -> Iterator[Finding]:
    path = settings.HOME
    try:
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        mend = f"Create {path}, owned by the account that runs Ayni, or set AYNI_HOME to another directory."
        yield Finding("home", FAIL, f"{path} cannot be written: {error.strerror}.", mend)
        return
    yield Finding("home", OK, f"{path} can be written")
    free = shutil.disk_usage(path).free
    text = f"{free / GIGABYTE:.1f} GB free"
    mend = "Make room, or move AYNI_HOME to a larger disk: a full disk stops every change."
    level = OK if free >= GIGABYTE else WARN if free >= GIGABYTE / 10 else FAIL
    yield Finding("disk", level, text, "" if level == OK else mend)


def secret() -> Iterator[Finding]:
    path = settings.HOME / "secret"
    if len(settings.SECRET_KEY) < LONG_ENOUGH:
        mend = f"Give AYNI_SECRET_KEY {LONG_ENOUGH} characters or more, or leave it empty: one will be made."
        yield Finding("secret", FAIL if settings.PRODUCTION else WARN, "The secret key is short.", mend)
    elif settings.CONFIG.text("AYNI_SECRET_KEY"):
        yield Finding("secret", OK, "from AYNI_SECRET_KEY")
    elif not path.exists():
        yield Finding(
            "secret", FAIL, "The secret key could not be kept: people are logged out at every start.",
            f"Make {settings.HOME} writable, or set AYNI_SECRET_KEY.",
        )  # fmt: skip
    elif path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("secret", FAIL, f"Others on this machine can read {path}.", f"chmod 600 {path}")
    else:
        yield Finding("secret", OK, f"in {path}, readable by its owner only")


def mode() -> Iterator[Finding]:
    if settings.PRODUCTION:
        yield Finding("mode", OK, "production")
    else:
        yield Finding(
            "mode", OK, "local: for trying and developing; set AYNI_MODE=production before others use it"
        )
    if settings.DEBUG:
        yield Finding(
            "debug", WARN, "AYNI_DEBUG is on: error pages show settings and code.", "Turn it off when done."
        )


def addresses() -> Iterator[Finding]:
    host = urlsplit(settings.SITE_URL).hostname
    secure = urlsplit(settings.SITE_URL).scheme == "https"
    https = settings.CONFIG.flag("AYNI_HTTPS")
    if not settings.PRODUCTION:
        yield Finding("address", OK, f"{settings.SITE_URL}, answering to {', '.join(settings.ALLOWED_HOSTS)}")
        return
    if host in LOCAL_HOSTS:
        yield Finding(
            "address", FAIL, f"AYNI_SITE_URL is {settings.SITE_URL}: links in feeds lead nowhere.",
            "Set it to the address people type.",
        )  # fmt: skip
    else:
        yield Finding("address", OK, settings.SITE_URL)
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("hosts", FAIL, "AYNI_HOSTS allows any name.", f"Set AYNI_HOSTS={host}.")
    elif not any(host == name or (host or "").endswith(name) for name in settings.ALLOWED_HOSTS if name):
        yield Finding(
            "hosts",
            FAIL,
            f"AYNI_HOSTS does not name {host}: every page is refused.",
            f"Add it: AYNI_HOSTS={host}.",
        )
    else:
        yield Finding("hosts", OK, ", ".join(settings.ALLOWED_HOSTS))
    if secure and https:
        yield Finding("https", OK, "secure cookies and strict transport")
    elif secure:
        yield Finding(
            "https", FAIL, "Cookies may travel unprotected: AYNI_HTTPS is off.", "Set AYNI_HTTPS=yes."
        )
    else:
        mend = "Put a proxy with a certificate before it (docs/howto/run-a-site.md), then AYNI_HTTPS=yes."
        yield Finding(
            "https", FAIL, "The site is reached without https: passwords can be read on the way.", mend
        )


def proxies() -> Iterator[Finding]:
    """Encryption is a proxy's work. If its visitors are not told apart, one can shut log-in to all."""
    count = settings.CONFIG.number("AYNI_PROXIES")
    if settings.CONFIG.flag("AYNI_HTTPS") and not count:
        yield Finding(
            "proxies", FAIL if settings.PRODUCTION else WARN,
            "All visitors seem to come from the proxy: anyone's wrong passwords close log-in to everyone.",
            "Set AYNI_PROXIES=1, and let the proxy add the visitor's address to X-Forwarded-For.",
        )  # fmt: skip
    else:
        yield Finding("proxies", OK, f"{count} before the site")


def contact() -> Iterator[Finding]:
    if settings.CONTACT_EMAIL:
        yield Finding("contact", OK, settings.CONTACT_EMAIL)
    elif settings.PRODUCTION:
        yield Finding(
            "contact",
            WARN,
            "Nobody is named whom people can write to.",
            "Set AYNI_CONTACT_EMAIL to an office address.",
        )


def mail() -> Iterator[Finding]:
    if not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "locmem.EmailBackend")):
        yield Finding("mail", OK, f"by {settings.EMAIL_HOST}, from {settings.DEFAULT_FROM_EMAIL}")
    elif settings.PRODUCTION:
        yield Finding(
            "mail", WARN, "No mail leaves this site: whoever forgets a password is told to ask you.",
            "Set AYNI_MAIL_URL, or set new passwords with `ayni person password EMAIL`.",
        )  # fmt: skip
    else:
        yield Finding("mail", OK, "none is sent (AYNI_MAIL_URL is empty)")


def catalogues() -> Iterator[Finding]:
    late = []
    for code, _name in settings.LANGUAGES:
        texts = Path(settings.LOCALE_PATHS[0]) / to_locale(code) / "LC_MESSAGES" / "django.po"
        compiled = texts.with_suffix(".mo")
        if texts.exists() and not (compiled.exists() and compiled.stat().st_mtime >= texts.stat().st_mtime):
            late.append(code)
    if late:
        yield Finding(
            "catalogues", WARN, f"Not compiled, or older than their texts: {', '.join(late)}.",
            "python tools/messages.py compile",
        )  # fmt: skip
    else:
        yield Finding("catalogues", OK, f"{len(settings.LANGUAGES)} languages")


def static_files() -> Iterator[Finding]:
    if (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield Finding("static files", OK, f"in {settings.STATIC_ROOT}")
    else:
        yield Finding(
            "static files", FAIL if settings.PRODUCTION else WARN,
            "Style sheets and pictures have not been collected.", "ayni collectstatic --no-input",
        )  # fmt: skip


def fonts() -> Iterator[Finding]:
    yield from fonts_among(pdf_out.families())


def fonts_among(there: Collection[str]) -> Iterator[Finding]:
    """Latin and Cyrillic are set in a font that comes with us; the others need one of the machine's."""
    lacking = [code for code in CONTENT_LANGUAGES if pdf_out.font_for(code, there) is None]
    for code in lacking:
        package = pdf_out.PACKAGES[code]
        yield Finding(
            "fonts", WARN, f"No font for {native_name(code)} ({code}): its PDFs are not made.",
            f"apt install {package}, or install any of: {', '.join(pdf_out.FONTS_FOR[code][:4])}; then start again.",
        )  # fmt: skip
    if not lacking:
        yield Finding("fonts", OK, f"PDFs in {len(CONTENT_LANGUAGES)} languages")


MACHINE: tuple[Check, ...] = (
    python, home, secret, mode, addresses, proxies, contact, mail, catalogues, static_files, fonts,
)  # fmt: skip
