"""Which gateway sends our short messages: the real one, the development outbox, or a clear refusal."""

from __future__ import annotations

from django.conf import settings

from huiyin.apps.people.models import OutboxMessage
from huiyin.integrations.sms import HttpGateway, OutboxGateway, ShortMessage, SmsFailed, SmsGateway
from huiyin.web.now import now


def outbox_is_open() -> bool:
    """Only the demo and development, and never beside a real gateway."""
    return bool(settings.HUIYIN_DEMO or settings.DEBUG) and not settings.SMS_URL


def gateway() -> SmsGateway:
    if settings.SMS_URL:
        return HttpGateway(url=settings.SMS_URL, key=settings.SMS_KEY, secret=settings.SMS_SECRET)
    if outbox_is_open():
        return OutboxGateway(write=_write_to_outbox)
    raise SmsFailed("HUIYIN_SMS_URL is not set: no gateway to send short messages", is_final=True)


def send_sms(phone: str, text: str, *, code: str = "") -> str:
    """Send at once and return the gateway's number; raises SmsFailed."""
    return gateway().send(ShortMessage(phone=phone, text=text, code=code))


def _write_to_outbox(message: ShortMessage) -> None:
    OutboxMessage.objects.create(phone=message.phone, text=message.text, code=message.code, written_at=now())
