"""What people are told: on the site, and by mail. Words are found when it is read, in the reader's language."""

from django.db import models

from ayni.kernel import clock, guarded
from ayni.kernel.ids import new_uid
from ayni.registry.models.people import Person
from ayni.registry.states import MailState


class Notice(guarded.Guarded):
    """One piece of news for one person. `key` makes saying it twice impossible."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    code = models.CharField(max_length=40)  # what happened: "review-asked"; templates have the words
    target = models.CharField(max_length=60)  # what it is about: "knowledge.record:<uid>"
    params = models.JSONField(default=dict)  # what the words need beside the target: titles, days, numbers
    key = models.CharField(max_length=120)
    is_turn = models.BooleanField(default=False)  # the reader has something to do
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)  # seen, or dealt with
    mailed_at = models.DateTimeField(null=True, blank=True)  # put into a mail, or decided not to

    PRIVACY = {
        **dict.fromkeys(
            ["id", "uid", "person", "code", "target", "key", "is_turn", "at", "read_at", "mailed_at"],
            "restricted",
        ),
        "params": "erase",
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-at"], name="notice_of_person"),
            models.Index(fields=["at"], condition=models.Q(mailed_at__isnull=True), name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.target}"


class Mail(guarded.Guarded):
    """A mail that waits for the server, or has left. Its words are made when it is sent."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="mails")
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=10, default="en")  # a site language
    template = models.CharField(max_length=60)  # "notices/review-asked": mail/<template>.txt
    params = models.JSONField(default=dict)
    reply_to = models.EmailField(max_length=254, blank=True)
    key = models.CharField(max_length=160, unique=True)  # makes sending it twice impossible
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    fault = models.CharField(max_length=200, blank=True)  # the server's answer
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    PRIVACY = {
        **dict.fromkeys(
            [
                "id", "uid", "state", "person", "language", "template", "key", "tries", "next_try_at", "fault",
                "created_at", "sent_at",
            ],
            "restricted",
        ),
        **dict.fromkeys(["address", "params", "reply_to"], "erase"),
    }  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="mail_to_send"),
            models.Index(fields=["address"], name="mail_address"),
        ]

    def __str__(self) -> str:
        return self.uid


class SavedSearch(guarded.Guarded):
    """A search somebody wants to hear from again."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=120)
    query = models.CharField(max_length=1000)  # as in the address of the search page, without page and view
    language = models.CharField(max_length=10)  # the site language it was made in
    alerts = models.BooleanField(default=True)
    looked_at = models.DateTimeField(default=clock.now)  # what came later is new
    created_at = models.DateTimeField(default=clock.now)

    PRIVACY = dict.fromkeys(
        ["id", "uid", "person", "name", "query", "language", "alerts", "looked_at", "created_at"],
        "restricted",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "query"], name="saved_search_once")]

    def __str__(self) -> str:
        return self.name
