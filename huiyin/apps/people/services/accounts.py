"""Accounts, phone numbers, names and where a resident lives."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.audit.services import record
from huiyin.apps.people import permissions, phones
from huiyin.apps.people.models import Contact, HouseholdMembership, Person
from huiyin.apps.places.models import Estate, Household
from huiyin.apps.places.selectors import scope_of_estate
from huiyin.domain.access import Actor
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now as present


def person_of_phone(phone: str) -> Person | None:
    """The account with this number, found by its keyed hash; raises RuleBroken for what is no number."""
    contact = (
        Contact.objects.filter(phone_hmac=phones.keyed_hash(phones.normalised(phone)))
        .select_related("person")
        .first()
    )
    return contact.person if contact else None


@transaction.atomic
def register_person(
    *,
    phone: str,
    by: Actor,
    display_name: str = "",
    nickname: str = "",
    is_verified: bool = False,
    now: datetime | None = None,
) -> Person:
    """A new account with its number, or the one that has the number already; names of an old one stay."""
    now = now or present()
    phone = phones.normalised(phone)
    known = person_of_phone(phone)
    if known is not None:
        if is_verified:
            Contact.objects.filter(person=known, verified_at=None).update(verified_at=now)
        return known
    person = Person(display_name=display_name.strip(), nickname=nickname.strip(), joined_at=now)
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
            Contact.objects.create(
                person=person,
                phone=phone,
                phone_hmac=phones.keyed_hash(phone),
                verified_at=now if is_verified else None,
            )
    except IntegrityError:
        # The same number came in twice at the same moment; the other one has made the account.
        known = person_of_phone(phone)
        if known is None:
            raise
        return known
    record(kind="people.registered", stream=f"person/{person.pk}", by=by, now=now, public={})
    return person


@transaction.atomic
def set_phone(
    *, person: Person, phone: str, by: Actor, is_verified: bool = False, now: datetime | None = None
) -> Contact:
    """Give a person another number, unless somebody else has it."""
    now = now or present()
    phone = phones.normalised(phone)
    owner = person_of_phone(phone)
    if owner is not None and owner.pk != person.pk:
        raise RuleBroken(_("这个手机号已经有账号。"), code="phone.taken", field="phone")
    contact, _is_new = Contact.objects.update_or_create(
        person=person,
        defaults={
            "phone": phone,
            "phone_hmac": phones.keyed_hash(phone),
            "verified_at": now if is_verified else None,
        },
    )
    record(kind="people.phone_changed", stream=f"person/{person.pk}", by=by, now=now, public={})
    return contact


@transaction.atomic
def set_display_name(*, person: Person, display_name: str, by: Actor, now: datetime | None = None) -> Person:
    """The name under which staff act in public: set once, by whoever gives the first role."""
    if not permissions.can_name_staff(by):
        raise NotPermitted(_("没有登记工作人员的权限。"), code="people.name")
    if person.display_name and person.display_name != display_name.strip():
        raise RuleBroken(
            _("这个手机号登记的是另一个姓名，请核对号码。"), code="person.other_name", field="name"
        )
    person.display_name = display_name.strip()[:30]
    person.save(update_fields=["display_name"])
    record(kind="people.named", stream=f"person/{person.pk}", by=by, now=now or present(), public={})
    return person


@transaction.atomic
def set_nickname(*, person: Person, nickname: str, by: Actor, now: datetime | None = None) -> Person:
    """The only name of a resident that others may see."""
    _check_is(by, person)
    nickname = " ".join(nickname.split())
    if any(character.isdigit() for character in nickname) and sum(map(str.isdigit, nickname)) > 4:
        raise RuleBroken(_("昵称里请不要写电话或门牌号。"), code="nickname.digits", field="nickname")
    person.nickname = nickname[:20]
    person.save(update_fields=["nickname"])
    record(
        kind="people.nickname_changed", stream=f"person/{person.pk}", by=by, now=now or present(), public={}
    )
    return person


@transaction.atomic
def claim_household(
    *,
    person: Person,
    estate: Estate,
    by: Actor,
    building: str = "",
    unit: str = "",
    room: str = "",
    now: datetime | None = None,
) -> HouseholdMembership:
    """Say where one lives; what is said counts only after a community worker has checked it."""
    _check_is(by, person)
    now = now or present()
    membership = HouseholdMembership.objects.filter(person=person, estate=estate, ended_at=None).first()
    told = {"building": building.strip(), "unit": unit.strip(), "room": room.strip()}
    if membership is not None and all(getattr(membership, name) == value for name, value in told.items()):
        return membership
    if membership is not None:
        membership.ended_at = now
        membership.save(update_fields=["ended_at"])
    membership = HouseholdMembership.objects.create(person=person, estate=estate, claimed_at=now, **told)
    record(
        kind="people.household_claimed",
        stream=f"person/{person.pk}",
        by=by,
        now=now,
        public={"estate": estate.code},
        private=told,
    )
    return membership


@transaction.atomic
def verify_household(
    *, membership: HouseholdMembership, by: Actor, now: datetime | None = None
) -> HouseholdMembership:
    """The community worker has seen that the person lives there; opens 同问 and household votes."""
    permissions.check_check_household(by, scope_of_estate(membership.estate))
    _check_is_not(by, membership.person)
    now = now or present()
    if membership.ended_at is not None:
        raise RuleBroken(_("这条住址登记已经结束。"), code="household.ended")
    if not membership.building or not membership.room:
        raise RuleBroken(_("对方还没有写清楼号和房号，不能核实。"), code="household.incomplete", field="room")
    membership.household, _is_new = Household.objects.get_or_create(
        estate=membership.estate,
        building=membership.building,
        unit=membership.unit,
        room=membership.room,
    )
    membership.verified_at, membership.verified_by_key = now, by.key
    membership.save(update_fields=["household", "verified_at", "verified_by_key"])
    _record_household("people.household_verified", membership, by, now)
    return membership


@transaction.atomic
def end_membership(
    *, membership: HouseholdMembership, by: Actor, now: datetime | None = None
) -> HouseholdMembership:
    """Moved away, or the claim was wrong: by the person or by the community."""
    if by.key != membership.person.key:
        permissions.check_check_household(by, scope_of_estate(membership.estate))
    now = now or present()
    if membership.ended_at is None:
        membership.ended_at = now
        membership.save(update_fields=["ended_at"])
        _record_household("people.household_ended", membership, by, now)
    return membership


def _record_household(kind: str, membership: HouseholdMembership, by: Actor, now: datetime) -> None:
    record(
        kind=kind,
        stream=f"person/{membership.person_id}",
        by=by,
        now=now,
        public={"estate": membership.estate.code},
    )


def _check_is(by: Actor, person: Person) -> None:
    if by.key != person.key:
        raise NotPermitted(_("只有本人可以这样做。"), code="people.own")


def _check_is_not(by: Actor, person: Person) -> None:
    if by.key == person.key:
        raise RuleBroken(_("不能核实自己的住址，请同事来做。"), code="household.own")
