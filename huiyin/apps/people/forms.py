"""What people type on the pages of this app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.people.permissions import grantable_roles
from huiyin.apps.people.services.roles import PLACE_OF_ROLE
from huiyin.apps.places.models import Area, Company, Engagement, Estate
from huiyin.apps.places.selectors import areas_for_desk, companies_public, estates_public
from huiyin.domain.access import ROLE_LABELS, Actor, Role
from huiyin.web.forms import Form


class DayInput(forms.DateInput):
    """The browser's own calendar; it reads and writes ISO dates whatever the language."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class PhoneForm(Form):
    phone = forms.CharField(
        label=_("手机号"), help_text=_("我们给这个号码发一条验证码短信。"), max_length=30, strip=True
    )


class CodeForm(Form):
    code = forms.CharField(label=_("验证码"), help_text=_("短信里的 6 位数字。"), max_length=12, strip=True)


class NicknameForm(Form):
    nickname = forms.CharField(
        label=_("昵称"),
        help_text=_("别人在网上看到的名字。不写就显示“居民”，请不要写真名、电话或门牌号。"),
        max_length=20,
        required=False,
    )


class HomeForm(Form):
    estate = forms.ModelChoiceField(label=_("小区"), queryset=Estate.objects.none(), empty_label=_("请选择"))
    building = forms.CharField(label=_("楼号"), help_text=_("例如 6，公开时最多显示到楼。"), max_length=20)
    unit = forms.CharField(label=_("单元"), max_length=20, required=False)
    room = forms.CharField(
        label=_("房号"), help_text=_("只给社区工作人员核对用，不公开。"), max_length=20, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["estate"].queryset = estates_public()  # type: ignore[attr-defined]


class EraseForm(Form):
    is_sure = forms.BooleanField(
        label=_("我明白：注销后不能恢复，提过的事还在台账里，但不再和我有任何联系。"),
        error_messages={"required": _("请先勾选这一句，再注销。")},
    )


class ReasonForm(Form):
    reason = forms.CharField(
        label=_("为什么要看"),
        help_text=_("例如：约 26-0041-738 上门看漏水的时间。本人和审计人员能看到这句话。"),
        max_length=200,
    )


class RoleFilterForm(Form):
    q = forms.CharField(label=_("姓名"), max_length=30, required=False)
    role = forms.ChoiceField(
        label=_("角色"), choices=[("", _("全部")), *RoleAssignment.ROLE_CHOICES], required=False
    )


class GrantForm(Form):
    """One place field for every kind of place: "area:12", "company:3", "engagement:9"."""

    name = forms.CharField(label=_("姓名"), help_text=_("居民会看到由谁负责。"), max_length=30)
    phone = forms.CharField(
        label=_("手机号"), help_text=_("用来登录。已有账号的，就给这个账号任命。"), max_length=30
    )
    role = forms.ChoiceField(label=_("角色"))
    place = forms.ChoiceField(label=_("在哪里"))
    starts_on = forms.DateField(label=_("从哪天起"), widget=DayInput, required=False)
    ends_on = forms.DateField(
        label=_("到哪天止"),
        help_text=_("不填就是一直到另行结束。"),
        widget=DayInput,
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = grantable_roles(actor)
        self.fields["role"].choices = [(role.value, ROLE_LABELS[role]) for role in roles]  # type: ignore[attr-defined]
        self.fields["place"].choices = place_choices(actor, roles)  # type: ignore[attr-defined]

    def chosen_place(self) -> Area | Company | Engagement:
        kind, pk = self.cleaned_data["place"].split(":")
        model: Any = {"area": Area, "company": Company, "engagement": Engagement}[kind]
        found: Area | Company | Engagement = model.objects.get(pk=pk)
        return found


def place_choices(actor: Actor, roles: list[Role]) -> list[Any]:
    """Places the actor may name, grouped by kind, for the roles that may be given."""
    kinds = {PLACE_OF_ROLE[role][0] for role in roles}
    groups: list[Any] = [("", _("请选择"))]
    if Area in kinds:
        levels = [level for role in roles for kind, level in [PLACE_OF_ROLE[role]] if kind is Area]
        areas = areas_for_desk(actor)
        if "" not in levels:
            areas = areas.filter(level__in=levels)
        groups.append((_("区域"), [(f"area:{area.pk}", area.name) for area in areas]))
    companies = companies_public()
    own = [int(scope.path.split("/")[1]) for scope in actor.scopes(Role.COMPANY_ADMIN, Role.MANAGER)]
    if Role.COMPANY_ADMIN not in roles:
        companies = companies.filter(pk__in=own)
    if Company in kinds:
        groups.append((_("物业企业"), [(f"company:{company.pk}", company.name) for company in companies]))
    if Engagement in kinds:
        engagements = (
            Engagement.objects.filter(company_id__in=own, ends_on=None)
            .select_related("estate")
            .order_by("estate__sort_key")
        )
        groups.append((_("服务项目"), [(f"engagement:{one.pk}", one.estate.name) for one in engagements]))
    return groups
