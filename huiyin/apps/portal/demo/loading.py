"""Loading the fictional district into an empty database, in one transaction; and clearing it away again."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import psycopg
from django.conf import settings
from django.db import connections, transaction

from huiyin.apps.audit.anchoring import make_due_anchors
from huiyin.apps.audit.bulk import record_many
from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import record
from huiyin.apps.ledger.bulk import write
from huiyin.apps.ledger.models import Case
from huiyin.apps.people.models import Person
from huiyin.apps.places.models import Area
from huiyin.apps.policies.services import load_seeds
from huiyin.apps.portal.demo import bulletins, echoes, pictures, topics
from huiyin.apps.portal.demo.ground import CHANGES, lay_out_areas, settle
from huiyin.apps.portal.demo.hotline.bringing import clear_store, store_is_empty, tell_hotline
from huiyin.apps.portal.demo.hours import DAYS, at_time
from huiyin.apps.portal.demo.meetings.forums import Forums
from huiyin.apps.portal.demo.meetings.gatherings import gather
from huiyin.apps.portal.demo.meetings.holding import Meetings
from huiyin.apps.portal.demo.phrases import personal_name
from huiyin.apps.portal.demo.reports.photos import Album, pairs_wanted
from huiyin.apps.portal.demo.reports.stories import EARLIER, LATEST
from huiyin.apps.portal.demo.reports.telling import Reports
from huiyin.apps.portal.demo.residents import build_homes, move_in
from huiyin.apps.portal.demo.staff import Staff, appoint_district, appoint_others
from huiyin.apps.portal.demo.year import Year
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import RuleBroken

LOADED = "portal.demo_loaded"
SEED = "huiyin demo"
BEGINS_DAYS_BEFORE = 8
_ESTATES = 30


@dataclass(frozen=True)
class Loaded:
    cases: int
    people: int
    pictures: int
    messages: int
    complaints: int


def is_loaded() -> bool:
    return Event.objects.filter(kind=LOADED).exists()


def check_empty() -> None:
    """The demo never mixes with real data. What a demo that was stopped left in its own folder is no such data."""
    _check_database_is_empty()
    if not (settings.HUIYIN_DEMO or store_is_empty()):
        raise RuleBroken(
            "热线诉求的数据文件夹不是空的，没有写入任何内容。演示请另用一个空文件夹（HUIYIN_HOTLINE）。",
            code="demo.store_not_empty",
        )


def _check_database_is_empty() -> None:
    if Area.objects.exists() or Person.objects.exists() or Case.objects.exists():
        raise RuleBroken(
            "数据库里已经有演示以外的数据，没有写入任何内容。演示请另用一个空数据库。", code="demo.not_empty"
        )


def load(*, now: datetime, say: Callable[[str], None] = lambda _: None, share: float = 1.0) -> Loaded:
    """Everything of the district, as if it had happened in the last thirteen months. All or nothing.

    `share` of the cases and pictures is for tests.
    """
    rounds = math.ceil(pictures.OF_A_SCENE * share)
    of_reports = list(pairs_wanted().values())
    more = of_reports[: math.ceil(len(of_reports) * share)]
    with pictures.being_drawn(rounds, more) as drawn, transaction.atomic():
        check_empty()
        clear_store()
        try:
            done = _load(now, drawn, say, share)
        except BaseException:
            clear_store()  # the transaction does not reach it
            raise
    make_due_anchors(now=now)
    return done


# What is said while it is made.
STEPS = ("区划、小区和人员", "事项的经过", "照片", "写入台账", "报告和报告会", "公告和消息", "热线诉求")


def _load(now: datetime, drawn: pictures.Drawn, say: Callable[[str], None], share: float) -> Loaded:
    load_seeds()
    rng = Random(SEED)
    steps = (f"{number}/{len(STEPS)} {step}" for number, step in enumerate(STEPS, start=1))
    begun = at_time(now.date() - timedelta(days=DAYS + BEGINS_DAYS_BEFORE), 9)
    say(next(steps))
    ground = lay_out_areas(name=settings.DISTRICT_NAME, now=begun)
    staff = Staff(begun, rng)
    officer = appoint_district(ground, staff)
    names = [personal_name(rng, staff.taken) for _ in range(_ESTATES + len(CHANGES))]
    settle(ground, by=officer, names=names, rng=rng, now=begun, today=now.date())
    appoint_others(ground, staff, now.date())
    residents = move_in(ground.estates, build_homes(ground.estates, rng), staff, rng, now)
    say(next(steps))
    year = Year(ground, staff, residents, rng, now, share)
    year.tell()
    gatherings = gather(year, now)
    for gathering in gatherings:
        year.histories |= gathering.histories
    drafts = topics.open_topics(year.histories, year.lives, rng, now)
    say(next(steps))
    pairs = pictures.attach(year.histories, year.lives, drawn)
    say(next(steps))
    cases = write(list(year.histories.values()))
    say(next(steps))
    reports = Reports(ground, staff, residents, cases, Album(drawn), now)
    by_key = dict(zip(year.histories, cases, strict=True))
    meetings = Meetings(ground, staff, residents, by_key, now)
    meetings.begin_terms()
    for half in (EARLIER, LATEST):
        reports.tell(half)
        for gathering in gatherings:
            if gathering.plan.half == half:
                meetings.hold(gathering)
        reports.move_and_settle(half)
    reports.go_on_recording()
    say(next(steps))
    Forums(ground, staff, cases, now).tell()
    drafts += bulletins.post(ground.estates, cases, staff, rng, now)
    record_many(sorted(drafts, key=lambda draft: draft.now))
    messages = echoes.tell(rng, now)
    say(next(steps))
    complaints = tell_hotline(ground, staff, officer, now, share)
    count = Case.objects.count()
    record(kind=LOADED, stream="demo", by=SYSTEM, now=now, public={"cases": count})
    return Loaded(count, Person.objects.count(), pairs, messages, complaints)


def reset() -> None:
    """Empty the embedded database of a demo and make its tables anew. RuleBroken anywhere else."""
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    if not (settings.HUIYIN_DEMO and settings.EMBEDDED and owner_url):
        raise RuleBroken("只有演示方式（HUIYIN_DEMO=1）下的内置数据库可以清空。", code="demo.reset_not_here")
    if not is_loaded():
        _check_database_is_empty()
    connections.close_all()
    # Events cannot be deleted by anybody; a demo starts over with a new schema.
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE")
        owner.execute("CREATE SCHEMA public")
    shutil.rmtree(Path(settings.MEDIA_ROOT), ignore_errors=True)
    clear_store()
    subprocess.run(
        [sys.executable, "-m", "huiyin.config.cli", "migrate"], check=True, stdout=subprocess.DEVNULL
    )
