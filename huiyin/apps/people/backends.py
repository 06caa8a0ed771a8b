"""Loading the person of a session, in every request of somebody signed in."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from huiyin.apps.people.models import Person

# As text: the ORM would build the same condition anew a hundred times a second.
_HAS_ROLES = RawSQL(
    "EXISTS (SELECT FROM people_roleassignment held WHERE held.person_id = people_person.id)",
    (),
    output_field=BooleanField(),
)


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-in; the person says at once whether it was ever given a role, which most residents never were."""

    def get_user(self, user_id: int) -> Person | None:
        person = Person.objects.annotate(was_given_roles=_HAS_ROLES).filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
