"""Mail on its way: written in the action that has a reason for it, sent by the worker when the server is there."""

from typing import Any

from ayni.kernel import guarded
from ayni.registry.models import Mail, Person


def post(
    *,
    address: str,
    template: str,
    key: str,
    language: str,
    person: Person | None = None,
    reply_to: str = "",
    **params: Any,
) -> None:
    """Put a mail into the queue, inside the running action. The same `key` again is silent.

    `template`: the text is `mail/<template>.txt`, rendered when it is sent, in `language` (a site language).
    `params` go to the template; they are erased with the mail.
    """  # fmt: skip
    guarded.check("Mail")
    Mail.objects.bulk_create(
        [
            Mail(
                person=person, address=address, template=template, key=key[:160], language=language,
                reply_to=reply_to, params=params,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
