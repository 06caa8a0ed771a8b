"""`huiyin manage grant_role`: the first officer of a new installation; all others are appointed on the site."""

from __future__ import annotations

import argparse

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.apps.people.services import grant_role, register_person, set_display_name
from huiyin.apps.places.selectors import area_by_code
from huiyin.apps.places.services import create_area
from huiyin.domain.access import SYSTEM, Role
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now

AREA_ROLES = [
    role.value
    for role in Role
    if role not in (Role.RESIDENT, Role.MANAGER, Role.TECHNICIAN, Role.COMPANY_ADMIN)
]


class Command(BaseCommand):
    help = "任命第一位干部：--phone 手机号 --name 姓名 --role district_officer --area 110106 --district-name 区名"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--phone", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=AREA_ROLES)
        parser.add_argument("--area", required=True, help="区划代码，6、9 或 12 位")
        parser.add_argument("--district-name", default="", help="区还没有建立时，用这个名称建立")

    @transaction.atomic
    def handle(
        self,
        *args: object,
        phone: str,
        name: str,
        role: str,
        area: str,
        district_name: str,
        **options: object,
    ) -> None:
        try:
            place = area_by_code(area)
            if place is None and district_name:
                place = create_area(
                    code=area, name=district_name, parent=None, valid_from=now().date(), by=SYSTEM
                )
            if place is None:
                raise CommandError(_("没有代码为 %(area)s 的区划。") % {"area": area})
            person = register_person(phone=phone, display_name=name, by=SYSTEM)
            set_display_name(person=person, display_name=name, by=SYSTEM)
            grant_role(person=person, role=Role(role), place=place, by=SYSTEM)
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("已任命。请用这个手机号登录，第一次登录时设置动态码。"))
