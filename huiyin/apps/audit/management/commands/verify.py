"""`huiyin verify`: walk the whole history and name the first broken event."""

from __future__ import annotations

import argparse
from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from huiyin.apps.audit.verification import Counts, problems

_NAMED = 20


class Command(BaseCommand):
    help = "核对全部历史记录；发现改动时退出码为 1，没有可核对的为 2。Checks all; exit code 1 when broken."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--stream", default="", help="只核对一串，例如 case/26-0041-738")

    def handle(self, *args: object, stream: str, **options: object) -> None:
        counts = Counts()
        # One snapshot for the whole walk, so that what is written meanwhile does not look like a break.
        alone = not connection.in_atomic_block
        with transaction.atomic():
            if alone:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            found = list(islice(problems(counts, stream=stream), _NAMED))
        if found:
            for problem in found[1:]:
                self.stderr.write(_("另有：%(problem)s") % {"problem": problem})
            raise CommandError(
                _("历史记录被破坏，第一处：%(problem)s") % {"problem": found[0]},
                returncode=1,
            )
        if stream and not counts.streams:
            raise CommandError(
                _("没有“%(stream)s”这一串记录，什么也没有核对。") % {"stream": stream}, returncode=2
            )
        self.stdout.write(
            _("已核对 %(streams)s 串、%(events)s 条记录、%(anchors)s 次存档，没有发现改动。")
            % {
                "streams": counts.streams,
                "events": counts.events,
                "anchors": counts.anchors,
            }
        )
