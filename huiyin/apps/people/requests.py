"""What a request of somebody who is signed in holds; for types only."""

from __future__ import annotations

from django.http import HttpRequest

from huiyin.apps.people.actors import PersonActor
from huiyin.apps.people.models import Person


class SignedInRequest(HttpRequest):
    """Set by the session and by `ActorMiddleware`; views behind `login_required` or below /desk get one."""

    user: Person
    actor: PersonActor
