import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ayni import config
from ayni.config import BadOption, Config


def test_every_option_has_a_purpose_and_a_usable_default() -> None:
    empty = Config({})
    readers = {
        "text": empty.text, "path": empty.path, "flag": empty.flag, "number": empty.number, "list": empty.list,
    }  # fmt: skip
    for option in config.OPTIONS:
        assert option.purpose.endswith(".")
        readers[option.kind](option.name)


def test_nothing_outside_of_the_table_is_read_from_the_environment() -> None:
    known = {option.name for option in config.OPTIONS}
    package = Path(config.__file__).parent
    for path in package.rglob("*.py"):
        if path.name != "config.py" and "os.environ" in path.read_text():
            lines = [line for line in path.read_text().splitlines() if "os.environ" in line]
            assert all(
                "DJANGO_SETTINGS_MODULE" in line or any(name in line for name in known) for line in lines
            ), path


@pytest.mark.parametrize(
    ("reader", "name", "value"),
    [
        ("flag", "AYNI_DEBUG", "perhaps"),
        ("number", "PORT", "eighty"),
        ("number", "PORT", "-1"),
        ("number", "PORT", "٨٠"),
        ("mode", "AYNI_MODE", "staging"),
        ("log_format", "AYNI_LOG_FORMAT", "xml"),
        ("log_level", "AYNI_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_is_named_with_its_option(reader: str, name: str, value: str) -> None:
    read = getattr(Config({name: value}), reader)
    with pytest.raises(BadOption, match=name):
        read(name) if reader in {"flag", "number"} else read()


@pytest.mark.parametrize(
    ("value", "expected"), [("Yes", True), ("1", True), ("off", False), ("", False), (" ", False)]
)
def test_flags_understand_plain_words(value: str, *, expected: bool) -> None:
    assert Config({"AYNI_HTTPS": value}).flag("AYNI_HTTPS") is expected


def test_lists_forgive_spaces() -> None:
    assert Config({"AYNI_HOSTS": " a.org, ,b.org,"}).list("AYNI_HOSTS") == ["a.org", "b.org"]


def test_the_secret_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    here = Config({"AYNI_HOME": str(tmp_path / "new")})
    first = config.secret_key(here)
    assert len(first) >= 40
    assert config.secret_key(here) == first
    assert stat.S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600
    assert config.secret_key(Config({"AYNI_SECRET_KEY": "given"})) == "given"


def test_without_a_writable_home_the_site_still_starts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert len(config.secret_key(Config({"AYNI_HOME": str(tmp_path / "file")}))) >= 40


def test_database_addresses_are_read_whole() -> None:
    url = "postgresql://ay%40ni:p%2Fw@db.example:5433/na%20me?sslmode=require"
    database = config.database(Config({"AYNI_DATABASE_URL": url}))
    assert (database["NAME"], database["USER"], database["PASSWORD"]) == ("na me", "ay@ni", "p/w")
    assert (database["HOST"], database["PORT"], database["OPTIONS"]) == (
        "db.example",
        "5433",
        {"sslmode": "require"},
    )


def test_other_databases_are_refused_and_sqlite_queues_its_writers() -> None:
    with pytest.raises(BadOption, match="mysql"):
        config.database(Config({"AYNI_DATABASE_URL": "mysql://x/y"}))
    options = config.database(Config({"AYNI_HOME": "/x"}))["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


@pytest.mark.parametrize(
    ("url", "port", "starts_tls", "is_tls"),
    [
        ("smtp://me:p%40ss@mail.example", 587, True, False),
        ("smtps://me:p%40ss@mail.example", 465, False, True),
        ("smtp://me:p%40ss@localhost", 25, False, False),
        ("smtp://me:p%40ss@mail.example:2525", 2525, True, False),
    ],
)
def test_mail_is_read_from_one_address(url: str, port: int, *, starts_tls: bool, is_tls: bool) -> None:
    mail = config.mail(Config({"AYNI_MAIL_URL": url, "AYNI_MAIL_FROM": "ayni@mail.example"}))
    assert (mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (port, starts_tls, is_tls)
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("me", "p@ss")
    assert mail["DEFAULT_FROM_EMAIL"] == "ayni@mail.example"


def test_without_mail_nothing_is_set_and_half_of_it_is_refused() -> None:
    assert config.mail(Config({"AYNI_MAIL_FROM": "ayni@mail.example"})) == {}
    with pytest.raises(BadOption, match="AYNI_MAIL_FROM"):
        config.mail(Config({"AYNI_MAIL_URL": "smtp://mail.example"}))
    contact = {"AYNI_CONTACT_EMAIL": "office@mail.example"}
    assert (
        config.mail(Config({"AYNI_MAIL_URL": "smtp://mail.example"} | contact))["DEFAULT_FROM_EMAIL"]
        == "office@mail.example"
    )
    for url in ("http://mail.example", "smtp://", "smtp://mail.example:many"):
        with pytest.raises(BadOption, match="AYNI_MAIL_URL"):
            config.mail(Config({"AYNI_MAIL_URL": url} | contact))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"AYNI_MODE": "production", "AYNI_DEBUG": "yes", "AYNI_SECRET_KEY": "x" * 50}, "AYNI_DEBUG"),
        ({"AYNI_MODE": "production", "AYNI_SECRET_KEY": "short"}, "AYNI_SECRET_KEY"),
        ({"AYNI_MODE": "production", "AYNI_SECRET_KEY": "demo-" + "x" * 50}, "AYNI_SECRET_KEY"),
        ({"AYNI_MODE": "staging"}, "AYNI_MODE"),
        (
            {"AYNI_MODE": "production", "AYNI_SECRET_KEY": "x" * 50, "AYNI_CLOCK_DAYS": "9"},
            "AYNI_CLOCK_DAYS",
        ),
    ],
)
def test_an_unsafe_site_does_not_start_and_says_why(
    tmp_path: Path, given: dict[str, str], complaint: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AYNI_")}
    environment |= {"AYNI_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "ayni.settings"} | given
    ended = subprocess.run(
        [sys.executable, "-m", "ayni", "doctor"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    assert complaint in ended.stderr
    assert "Traceback" not in ended.stderr
