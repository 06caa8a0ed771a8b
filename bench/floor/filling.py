"""Rows for the floor and a signed-in person; run in a process with the floor's settings."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import django


def main(count: int) -> None:
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from bench.floor.models import Entry, Note, Place

    call_command("migrate", run_syncdb=True, verbosity=0)
    place, now = Place.objects.create(name="云杉里"), timezone.now()
    entries = Entry.objects.bulk_create(
        [
            Entry(
                number=f"26-{n:06d}",
                title=f"楼道灯不亮（{n}）",
                text="6号楼东侧楼道灯不亮，老人晚上不敢下楼。\n\n几层的灯坏了两个多月。",
                status="open" if n % 2 else "done",
                place=place,
                registered_at=now - timedelta(hours=n),
                due_at=now + timedelta(days=30) - timedelta(hours=n),
            )
            for n in range(count)
        ],
        batch_size=1000,
    )
    Note.objects.bulk_create(
        Note(entry=entry, text="6月3日换了9盏感应灯，保修一年。", written_at=now + timedelta(hours=n))
        for entry in entries[:200]
        for n in range(8)
    )
    client = Client()
    client.force_login(User.objects.create_user("resident"))
    print(json.dumps({"session": client.cookies["sessionid"].value, "place": place.pk}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
