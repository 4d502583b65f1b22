"""Settings of the test run: the real ones, with a throw-away home and quick password hashes."""

import os
import tempfile

os.environ.setdefault("AYNI_HOME", tempfile.mkdtemp(prefix="ayni-test-"))
os.environ.setdefault("AYNI_SECRET_KEY", "only-for-the-test-run-" + "0" * 40)
os.environ.setdefault("AYNI_HOSTS", "testserver,localhost,127.0.0.1")

from ayni.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
SENDS_MAIL = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
