"""A person's own data: all of it in one download, and forgetting it (PIPL Art. 45, 47)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.audit.services import erase_actor, erase_texts, record
from huiyin.apps.people import personal_data
from huiyin.apps.people.actors import on_date
from huiyin.apps.people.models import Person, RoleAssignment
from huiyin.apps.people.services.sessions import end_sessions
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now as present


@transaction.atomic
def export_person(*, person: Person, by: Actor, now: datetime | None = None) -> dict[str, object]:
    """Everything every app keeps about the person, one key for each section; only for the person."""
    _check_own(by, person)
    now = now or present()
    record(kind="people.exported", stream=f"person/{person.pk}", by=by, now=now, public={})
    return {
        "person": person.key,
        "made_at": now.isoformat(),
        "sections": {
            section.name: {"label": section.label, "data": section.export(person)}
            for section in personal_data.sections()
        },
    }


@transaction.atomic
def erase_person(*, person: Person, by: Actor, now: datetime | None = None) -> dict[str, int]:
    """Forget a person: every section erases its part, a tombstone stays, the chain still verifies.

    What the person wrote in office is the office's word and stays with what vouches for it; what was said as an asker
    goes with the sections. Returns how many rows each section touched. Staff end their roles first, so that no office
    is left without name.
    """
    _check_own(by, person)
    now = now or present()
    # Strong on purpose: nothing new may refer to the person meanwhile.
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.erased_at is not None:
        return {}
    if RoleAssignment.objects.filter(on_date(now.date()), person=person).exists():
        raise RuleBroken(_("您还担任着工作角色，先请任命您的人结束角色，再注销账号。"), code="erase.staff")
    counts = {section.name: section.erase(person, by, now) for section in personal_data.sections()}
    person.display_name = person.nickname = ""
    person.is_active, person.erased_at, person.last_login = False, now, None
    person.save(update_fields=["display_name", "nickname", "is_active", "erased_at", "last_login"])
    record(
        kind="people.erased",
        stream=f"person/{person.pk}",
        by=by,
        now=now,
        public={"sections": [section.name for section in personal_data.sections()]},
    )
    erase_texts(by=SYSTEM, now=now, reason="person_erased", stream=f"person/{person.pk}")
    erase_actor(person.key, by=SYSTEM, now=now, reason="person_erased")
    end_sessions(person, now)
    return counts


def _check_own(by: Actor, person: Person) -> None:
    if by.key not in (person.key, SYSTEM.key):
        raise NotPermitted(_("只有本人可以这样做。"), code="people.own")
