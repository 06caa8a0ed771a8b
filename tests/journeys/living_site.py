"""A served site with the cast in a database of its own, a clock that is moved, and everybody's codes at hand."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest

from tests import given, prepared_cluster
from tests.journeys.beginnings import Beginning
from tests.people import Cast, a_cast
from tests.serving import ServedSite, until

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

STAFF = (
    "manager",
    "company_admin",
    "community_worker",
    "secretary",
    "street_officer",
    "district_officer",
    "auditor",
    "operator",
    "stranger",
)
"""Those of the cast who need a second factor, beside the technician who needs none."""


class LivingSite(ServedSite):
    """`huiyin serve` with one web and one task process on a clone of the test database.

    The test process looks into the same database and reads the same clock.
    """

    def __init__(self, folder: Path, database: str) -> None:
        self.clock_file = folder / "now"
        super().__init__(
            folder,
            "--prepared",  # the clone is that of a prepared database
            "--web-workers",
            "1",
            "--threads",
            "8",
            DATABASE_URL=_address(os.environ["DATABASE_URL"], database),
            DATABASE_OWNER_URL=_address(os.environ["DATABASE_OWNER_URL"], database),
            HUIYIN_EMBEDDED="1",
            HUIYIN_DEMO="1",  # the outbox page shows what was sent
            HUIYIN_NOW=f"@{self.clock_file}",
            HUIYIN_SECRET_KEY=os.environ["HUIYIN_SECRET_KEY"],
            HUIYIN_STATIC_ROOT=str(folder / "static"),
            HUIYIN_PUBLIC_PAGE_SECONDS="0",
        )
        shutil.copytree(os.environ["HUIYIN_STATIC_ROOT"], folder / "static")  # two sites never write the same
        self.at(given.A_MONDAY)
        self.cast: Cast
        self.beginning: Beginning
        self.signed_in: dict[str, StorageState] = {}
        self._strangers = 5000

    def begin_again(self) -> None:
        """Nothing has happened yet: the cast stands at Monday 2026-06-01 10:00, and nobody is signed in."""
        until(self.beginning.is_brought_back, 30, self.told)
        for folder in ("media", "hotline"):
            shutil.rmtree(self.folder / "var" / folder, ignore_errors=True)
        self.signed_in.clear()
        self.at(given.A_MONDAY)

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.clock_file.read_text(encoding="ascii"))

    def at(self, moment: datetime) -> datetime:
        """Turn the clock of the site to that moment."""
        half = self.clock_file.with_suffix(".half")
        half.write_text(moment.isoformat(), encoding="ascii")
        half.replace(self.clock_file)  # a request in between never reads half a time
        return moment

    def later(self, **span: float) -> datetime:
        return self.at(self.now + timedelta(**span))

    def a_new_phone(self) -> str:
        """A number nobody has used yet."""
        self._strangers += 1
        return f"1990000{self._strangers:04d}"

    def work_off(self, task: str = "", *, within: float = 30) -> None:
        """Have the task process do `task`, then wait until it has nothing left to do, so many seconds at most."""
        from procrastinate import exceptions
        from procrastinate.contrib.django import app
        from procrastinate.contrib.django.models import ProcrastinateJob

        if task:
            # If its hour has come there is one already: it reads the same clock.
            with suppress(exceptions.AlreadyEnqueued):
                app.configure_task(task).defer(timestamp=0)
        waiting = ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exclude(queue_name="care")

        def left() -> str:
            return f"{list(waiting.values_list('task_name', 'args', 'status', 'attempts'))}\n{self.told()}"

        until(lambda: not waiting.exists(), within, left)
        failed = ProcrastinateJob.objects.filter(status="failed")
        assert not failed.exists(), list(failed.values_list("task_name", "args"))

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """The task process stands still, for histories that are made in the past: it would go on with each at once."""
        self.work_off()
        for pid in self.task_processes():
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in self.task_processes():
                os.kill(pid, signal.SIGCONT)


def _address(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@contextmanager
def a_living_site(folder: Path) -> Iterator[LivingSite]:
    """Cloned, peopled and started; stopped and dropped in the end. Needs the database unblocked."""
    from django.conf import settings
    from django.db import connections

    from huiyin.apps.people import second_factor

    name = f"journey_{uuid4().hex[:12]}"
    prepared_cluster.clone(name)
    site = LivingSite(folder, name)
    usual: Any = connections["default"].settings_dict["NAME"]
    usual_media = settings.MEDIA_ROOT
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUIYIN_NOW", site.environment["HUIYIN_NOW"])
        # The browser's driver runs an event loop in this thread; our few queries beside it are no danger.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name
        settings.MEDIA_ROOT = folder / "var" / "media"
        try:
            site.cast = a_cast()
            for role in STAFF:
                second_factor.set_up(getattr(site.cast, role))
            connections.close_all()
            site.beginning = Beginning(name)
            site.start()
            yield site
        finally:
            site.stop()
            connections.close_all()
            connections["default"].settings_dict["NAME"] = usual
            settings.MEDIA_ROOT = usual_media
            prepared_cluster.drop(name)
