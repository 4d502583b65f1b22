import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from ayni.cli import doctor, doctor_data
from ayni.discovery import indexing
from ayni.kernel import clock, guarded
from ayni.registry import append_only, mail_tasks
from ayni.registry.actions import audit
from ayni.registry.models import AuditEntry, OutboxMessage, Vocabulary
from tests import worlds
from tests.registry.mailing import letter


@pytest.fixture
def home(settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path


@pytest.fixture
def production(settings, home: Path) -> None:
    """A site as it should be, from which each test takes one thing away."""
    settings.PRODUCTION = True
    settings.SITE_URL = "https://ayni.example"
    settings.ALLOWED_HOSTS = ["ayni.example"]
    settings.CONTACT_EMAIL = "office@ayni.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    options = {"AYNI_HTTPS": "yes", "AYNI_PROXIES": "1", "AYNI_SECRET_KEY": "x" * 50}
    settings.CONFIG = type(settings.CONFIG)(options)
    (home / "static").mkdir()
    (home / "static" / "staticfiles.json").write_text("{}")


def levels(*checks: doctor.Check) -> dict[str, str]:
    return {finding.name: finding.level for finding in doctor.examine(checks)}


MACHINE = tuple(check for check in doctor.MACHINE if check not in {doctor.catalogues, doctor.fonts})


def test_a_sound_production_site_is_told_so(production: None) -> None:
    assert set(levels(*MACHINE).values()) == {"ok"}


@pytest.mark.parametrize(
    ("changed", "name", "level"),
    [
        ({"SITE_URL": "http://localhost:8000"}, "address", "fail"),
        ({"SITE_URL": "http://ayni.example"}, "https", "fail"),
        ({"ALLOWED_HOSTS": ["*"]}, "hosts", "fail"),
        ({"ALLOWED_HOSTS": ["other.example"]}, "hosts", "fail"),
        ({"SECRET_KEY": "short"}, "secret", "fail"),
        ({"DEBUG": True}, "debug", "warn"),
        ({"CONTACT_EMAIL": ""}, "contact", "warn"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "mail", "warn"),
        ({"STATIC_ROOT": Path("/nowhere")}, "static files", "fail"),
        ({"HOME": Path("/nowhere/at/all")}, "home", "fail"),
    ],
)
def test_each_thing_that_is_unsafe_is_named(
    production: None, settings, changed: dict, name: str, level: str
) -> None:
    for key, value in changed.items():
        setattr(settings, key, value)
    assert levels(*MACHINE)[name] == level
    assert all(finding.mend for finding in doctor.examine(MACHINE) if finding.level != "ok")


def test_https_needs_its_flag(production: None, settings) -> None:
    settings.CONFIG = type(settings.CONFIG)({"AYNI_SECRET_KEY": "x" * 50})
    assert levels(doctor.addresses)["https"] == "fail"


def test_visitors_behind_a_proxy_must_be_told_apart(production: None, settings) -> None:
    settings.CONFIG = type(settings.CONFIG)({"AYNI_HTTPS": "yes"})
    assert levels(doctor.proxies) == {"proxies": "fail"}
    settings.CONFIG = type(settings.CONFIG)({})
    assert levels(doctor.proxies) == {"proxies": "ok"}


def test_a_secret_that_others_can_read_is_a_fault(production: None, settings, home: Path) -> None:
    settings.CONFIG = type(settings.CONFIG)({})
    assert levels(doctor.secret)["secret"] == "fail"
    (home / "secret").write_text("x" * 50)
    (home / "secret").chmod(0o644)
    assert levels(doctor.secret)["secret"] == "fail"
    (home / "secret").chmod(0o600)
    assert levels(doctor.secret)["secret"] == "ok"


def test_a_full_disk_is_seen_coming(home: Path, monkeypatch) -> None:
    usage = doctor.shutil.disk_usage(home)
    for free, level in ((50 * 1024**2, "fail"), (500 * 1024**2, "warn"), (5 * 1024**3, "ok")):
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path, free=free: usage._replace(free=free))
        assert levels(doctor.home)["disk"] == level


def test_catalogues_older_than_their_texts(settings, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    texts = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    texts.parent.mkdir(parents=True)
    texts.write_text("")
    assert levels(doctor.catalogues)["catalogues"] == "warn"
    texts.with_suffix(".mo").write_bytes(b"")
    assert levels(doctor.catalogues)["catalogues"] == "ok"


def test_a_check_that_breaks_down_does_not_end_the_visit() -> None:
    def broken():
        raise OSError("the disk is gone")
        yield

    findings = doctor.examine((broken, doctor.python))
    assert [(finding.name, finding.level) for finding in findings] == [("broken", "fail"), ("python", "ok")]


def test_the_stored_part_of_a_fresh_site(db: None) -> None:
    found = levels(*doctor_data.STORED)
    assert (
        found["migrations"] == found["audit guards"] == found["cache table"] == found["vocabularies"] == "ok"
    )
    assert found["index"] == "warn"


def test_missing_guards_tables_and_vocabularies_are_faults(db: None, settings) -> None:
    append_only.lift(connection)
    settings.CACHES = {"default": {"LOCATION": "nowhere"}}
    with guarded.writing():
        Vocabulary.objects.filter(code="themes").update(code="renamed")
    found = levels(*doctor_data.STORED)
    assert (found["audit guards"], found["cache table"], found["vocabularies"]) == ("fail", "fail", "fail")


def test_old_country_lists_are_mentioned(db: None) -> None:
    with clock.at(clock.now() + timedelta(days=3650)):
        findings = [f for f in doctor.examine((doctor_data.vocabularies,)) if f.name == "country groups"]
    assert len(findings) == 4


def test_demo_people_on_a_production_site(production: None, db: None) -> None:
    assert levels(doctor_data.people) == {"operator": "warn", "reviewers": "warn"}
    worlds.person("Demo", is_demo=True, is_operator=True)
    assert levels(doctor_data.people) == {"demo people": "fail", "operator": "ok", "reviewers": "warn"}


def test_a_site_needs_two_people_who_read_for_it(production: None, db: None) -> None:
    worlds.person("Mona", is_moderator=True)
    assert levels(doctor_data.people)["reviewers"] == "warn"
    worlds.person("Rita", is_reviewer=True)
    assert levels(doctor_data.people)["reviewers"] == "ok"


def test_an_index_that_is_behind_and_news_that_wait(world: worlds.ReadingRoom) -> None:
    indexing.rebuild()
    assert levels(doctor_data.index) == {"index": "ok"}
    worlds.published(world.trust, "Not indexed yet")
    with guarded.writing():
        OutboxMessage.objects.update(at=clock.now() - timedelta(minutes=9))
    assert levels(doctor_data.index) == {"worker": "warn", "index": "warn"}


def test_a_broken_seal_is_found_when_asked_for(world: worlds.ReadingRoom) -> None:
    audit.seal()
    assert levels(*doctor_data.DEEP) == {"audit chain": "ok"}
    append_only.lift(connection)
    with guarded.writing():
        AuditEntry.objects.filter(pk=AuditEntry.objects.earliest("pk").pk).update(verb="nothing.happened")
    append_only.install(connection)
    assert levels(*doctor_data.DEEP) == {"audit chain": "fail"}


def test_the_command_ends_with_one_when_something_must_be_mended(
    home: Path, db: None, settings, capsys
) -> None:
    call_command("doctor")
    assert "0 to mend" in capsys.readouterr().out
    settings.HOME = home / "nowhere"
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json")
    findings = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert {finding["level"] for finding in findings} == {"ok", "warn", "fail"}


def test_languages_whose_pdfs_lack_a_font_are_named_with_what_to_install() -> None:
    findings = list(doctor.fonts_among({"Noto Serif"}))
    assert [(finding.level, finding.text) for finding in findings] == [
        ("warn", "No font for العربية (ar): its PDFs are not made."),
        ("warn", "No font for 中文 (zh): its PDFs are not made."),
    ]
    assert "apt install fonts-noto-core" in findings[0].mend
    assert "apt install fonts-noto-cjk" in findings[1].mend
    (good,) = doctor.fonts_among({"Amiri", "SimSun"})
    assert (good.level, good.text) == ("ok", "PDFs in 7 languages")


def test_mail_to_offices_that_waits_and_what_the_server_said_is_told(db: None, settings) -> None:
    settings.SENDS_MAIL = False
    assert levels(doctor_data.mails) == {"mails": "ok"}
    letter(by=None)
    (waits,) = doctor.examine((doctor_data.mails,))
    assert (waits.level, waits.text) == ("warn", "1 mails to offices wait: no mail is sent from this site.")
    settings.SENDS_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mail_tasks.send_mails()
    (said,) = doctor.examine((doctor_data.mails,))
    assert said.level == "warn"
    assert "refused" in said.text
