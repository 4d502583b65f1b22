"""Django's settings, all of them derived from `config.py`."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ayni import config
from ayni.language.codes import SITE_LANGUAGES, native_name

CONFIG = config.read()
PACKAGE = Path(__file__).resolve().parent
HOME = CONFIG.path("AYNI_HOME")
PRODUCTION = CONFIG.mode() == "production"
DEBUG = CONFIG.flag("AYNI_DEBUG")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured(
        "AYNI_DEBUG is on in production: it would show secrets to visitors. Turn it off."
    )
SECRET_KEY = config.secret_key(CONFIG)
if PRODUCTION and (len(SECRET_KEY) < 40 or "demo" in SECRET_KEY.lower()):  # noqa: PLR2004
    raise ImproperlyConfigured(
        "AYNI_SECRET_KEY is too short or a demo key: production needs 40 characters or more."
    )

CLOCK_DAYS = CONFIG.number("AYNI_CLOCK_DAYS")
if PRODUCTION and CLOCK_DAYS:
    raise ImproperlyConfigured("AYNI_CLOCK_DAYS moves the clock, which is for rehearsals. Unset it.")
SITE_URL = CONFIG.text("AYNI_SITE_URL").rstrip("/")
SITE_NAME = CONFIG.text("AYNI_SITE_NAME")
CONTACT_EMAIL = CONFIG.text("AYNI_CONTACT_EMAIL")
UPLOAD_LIMIT = CONFIG.number("AYNI_UPLOAD_LIMIT_MB") * 1024 * 1024
IMPORT_ROW_LIMIT = CONFIG.number("AYNI_IMPORT_ROW_LIMIT")
FILE_LIMIT = CONFIG.number("AYNI_FILE_LIMIT_MB") * 1024 * 1024
REVIEW_DAYS = CONFIG.number("AYNI_REVIEW_DAYS")
FRESH_MONTHS = CONFIG.number("AYNI_FRESH_MONTHS")
TRANSLATOR_URL = CONFIG.text("AYNI_TRANSLATOR_URL").rstrip("/")
TRANSLATOR_KEY = CONFIG.text("AYNI_TRANSLATOR_KEY")
# Addresses "host:port" that may be fetched though they are not of the public internet: for tests only.
OUTGOING_ALLOWED: tuple[str, ...] = ()
INDEX_DIRECTORY = HOME / "index"

ALLOWED_HOSTS = CONFIG.list("AYNI_HOSTS")
ROOT_URLCONF = "ayni.urls"
WSGI_APPLICATION = "ayni.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "ayni.kernel",
    "ayni.registry",
    "ayni.knowledge",
    "ayni.discovery",
    "ayni.web",
    "ayni.cli",
]
MIDDLEWARE = [
    "ayni.web.middleware.HeadWithoutBody",
    "ayni.web.middleware.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "ayni.web.site.health.AnyHost",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "ayni.web.middleware.PlainFailures",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ayni.web.middleware.PersonTimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ayni.web.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "ayni.web.templatetags.ayni",
            ],
        },
    }
]

DATABASES = {"default": config.database(CONFIG)}
# E-mail is unique whatever its case, by a constraint on Lower(email) that this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The log-in limits count in the cache, and must count the same in every process.
CACHES = {
    "default": {
        "BACKEND": "ayni.web.cache.HonestDatabaseCache",
        "LOCATION": "ayni_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

AUTH_USER_MODEL = "registry.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_ADAPTER = "ayni.web.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # our subjects name the site
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
# Limits by address count the visitor's, which a proxy passes on; any visitor could write more of them before it.
ALLAUTH_TRUSTED_PROXY_COUNT = CONFIG.number("AYNI_PROXIES")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# Pages ask this one: without mail they promise none.
SENDS_MAIL = bool(MAIL := config.mail(CONFIG))
globals().update(MAIL)

LANGUAGE_CODE = "en"
LANGUAGES = [(code, native_name(code)) for code in SITE_LANGUAGES]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = [
    "ayni.web.uploads.LimitedUpload",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ayni.web.site.errors.csrf_failure"
if CONFIG.flag("AYNI_HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # a probe comes by plain http, past the proxy
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "ayni.kernel.logs.AddRequestId"},
        "one_line": {"()": "ayni.web.logs.OneLine"},
        "without_keys": {"()": "ayni.web.logs.WithoutKeys"},
    },
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
        "json": {"()": "ayni.kernel.logs.JsonLines"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": CONFIG.log_format(),
            "filters": ["request_id", "without_keys", "one_line"],
        }
    },
    "root": {"handlers": ["stderr"], "level": CONFIG.log_level()},
    "loggers": {"waitress.queue": {"level": "ERROR"}},
}
