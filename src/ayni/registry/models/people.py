from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_uid
from ayni.registry.states import MailRhythm, Role

# What log-in itself writes: allauth is the named exception to "actions are the only writers".
_WRITTEN_BY_LOG_IN = {"last_login", "password"}


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Unknown time zone: %(name)s", params={"name": name})


class PersonManager(BaseUserManager.from_queryset(guarded.GuardedQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email: str) -> "Person":
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """Someone who can log in. Found by e-mail, whatever its case."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="en")  # a site language
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    is_moderator = models.BooleanField(default=False)  # sees and corrects everything published or offered
    is_operator = models.BooleanField(default=False)  # runs the site: imports, vocabularies, index
    is_reviewer = models.BooleanField(default=False)  # reads for the site what is handed in
    mail_rhythm = models.CharField(max_length=8, choices=MailRhythm.choices, default=MailRhythm.AT_ONCE)
    mail_failed_at = models.DateTimeField(null=True, blank=True)  # their address takes no mail since
    digest_sent_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    PRIVACY = {
        "id": "restricted", "uid": "members", "email": "erase", "name": "erase", "language": "restricted",
        "time_zone": "restricted", "is_moderator": "members", "is_operator": "members",
        "is_reviewer": "members", "mail_rhythm": "restricted", "mail_failed_at": "restricted",
        "digest_sent_at": "restricted",
        "is_active": "restricted", "is_demo": "public", "joined_at": "restricted", "password": "erase",
        "last_login": "erase",
    }  # fmt: skip
    objects = PersonManager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        if not set(kwargs.get("update_fields") or ["all"]) <= _WRITTEN_BY_LOG_IN:
            guarded.check("Person")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        guarded.check("Person")
        return super().delete(*args, **kwargs)


class Membership(guarded.Guarded):
    """A person's role in an institution, from a day to a day. Several roles are several rows."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=24, choices=Role.choices)
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)  # the last day it holds

    PRIVACY = {
        "id": "restricted", "person": "members", "institution": "members", "role": "members",
        "since": "members", "until": "members",
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "institution", "role"],
                condition=models.Q(until__isnull=True),
                name="membership_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.institution_id}"
