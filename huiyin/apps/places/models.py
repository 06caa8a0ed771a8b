"""Areas, estates, companies, engagements and households: where everything in Huiyin happens."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """One dated row of the official division tree; a recoded area is a new row, nothing is re-pointed to it.

    `path` says which areas cover which. A one-to-one successor keeps the path of the row it follows; one that
    takes in several keeps their paths in `earlier_paths`. So roles, estates and cases tied to old rows stay in
    scope without being touched.
    """

    class Level(models.TextChoices):
        DISTRICT = "district", _("区")
        STREET = "street", _("街镇")
        COMMUNITY = "community", _("社区（村）")

    code = models.CharField(_("区划代码"), max_length=12)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("上级"),
    )
    path = models.CharField(max_length=120)
    earlier_paths = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    succeeded_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )
    duty_phone = models.CharField(_("值班电话"), max_length=20, blank=True)
    sort_key = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["level", "sort_key", "id"]
        indexes = [
            models.Index(
                fields=["path"],
                name="area_path_prefix",
                opclasses=["varchar_pattern_ops"],
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{12}$"),
                name="area_code_has_twelve_digits",
            ),
            models.CheckConstraint(
                condition=Q(path__regex=r"^(/[0-9]+)+/$"),
                name="area_path_is_made_of_ids",
            ),
            models.CheckConstraint(
                condition=Q(level="district", parent__isnull=True)
                | (~Q(level="district") & Q(parent__isnull=False)),
                name="area_is_below_a_parent_unless_district",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="area_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(succeeded_by__isnull=True) | Q(valid_to__isnull=False),
                name="area_with_a_successor_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(duty_phone__regex=r"^(\+?[0-9][0-9 -]{3,}[0-9])?$"),
                name="area_duty_phone_is_a_number",
            ),
            models.UniqueConstraint(fields=["code", "valid_from"], name="area_code_begins_once_a_day"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to__isnull=True),
                name="area_code_is_in_use_once",
            ),
            models.UniqueConstraint(
                fields=["path"],
                condition=Q(valid_to__isnull=True),
                name="area_path_is_in_use_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Company(models.Model):
    name = models.CharField(_("企业名称"), max_length=120)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    contact_public = models.CharField(_("公开联系方式"), max_length=120, blank=True)
    sort_key = models.CharField(max_length=480, blank=True)

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="company_credit_code_has_18_characters",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Estate(models.Model):
    """One property-management area with one company at a time."""

    class Kind(models.TextChoices):
        COMMODITY = "commodity", _("商品房")
        OLD = "old", _("老旧小区")
        AFFORDABLE = "affordable", _("保障房")
        RESETTLEMENT = "resettlement", _("回迁房")
        MIXED = "mixed", _("混合")

    code = models.CharField(_("项目编号"), max_length=20, unique=True)
    slug = models.CharField(_("网址名"), max_length=60, unique=True)
    name = models.CharField(_("小区名称"), max_length=60)
    compound = models.CharField(_("所属大院"), max_length=60, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices, default=Kind.COMMODITY)
    area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        related_name="estates",
        verbose_name=_("社区（村）"),
    )
    household_count = models.PositiveIntegerField(_("户数"), default=0)
    floor_area_m2 = models.PositiveIntegerField(_("建筑面积（㎡）"), null=True, blank=True)
    built_year = models.PositiveSmallIntegerField(_("建成年份"), null=True, blank=True)
    lift_count = models.PositiveSmallIntegerField(_("电梯数"), null=True, blank=True)
    fee_per_m2 = models.DecimalField(
        _("物业费（元/㎡·月）"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    duty_phone = models.CharField(_("物业值班电话"), max_length=40, blank=True)
    sort_key = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
                name="estate_slug_is_plain",
            ),
            models.CheckConstraint(
                condition=Q(fee_per_m2__isnull=True) | Q(fee_per_m2__gte=0),
                name="estate_fee_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(built_year__isnull=True) | Q(built_year__range=(1800, 2200)),
                name="estate_was_built_in_a_real_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EstateAlias(models.Model):
    """What people also call an estate; two estates may share an alias."""

    estate = models.ForeignKey(Estate, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("别名"), max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "name"], name="estate_has_an_alias_once")]

    def __str__(self) -> str:
        return self.name


class DateRange(Func):
    function = "daterange"


class IdRange(Func):
    """A range holding one id: equality for a GiST exclusion without the btree_gist extension (ADR 0002)."""

    function = "int8range"


class Engagement(models.Model):
    """A company serves an estate from `starts_on` to the end of `ends_on`."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="engagements")
    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="engagements")
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    service_level = models.PositiveSmallIntegerField(_("服务等级"), null=True, blank=True)
    fee_per_m2 = models.DecimalField(
        _("物业费（元/㎡·月）"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    manager_name = models.CharField(_("项目负责人"), max_length=30, blank=True)

    class Meta:
        ordering = ["estate_id", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(service_level__isnull=True) | Q(service_level__range=(1, 5)),
                name="engagement_level_is_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="engagement_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="estate_has_one_company_at_a_time",
                expressions=[
                    (IdRange(F("estate_id"), F("estate_id"), models.Value("[]")), "&&"),
                    (DateRange(F("starts_on"), F("ends_on"), models.Value("[]")), "&&"),
                ],
                violation_error_code="engagement.overlaps",
                violation_error_message=_("这个小区在这段时间里已经有物业企业。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.estate_id}:{self.company_id}:{self.starts_on}"


class Household(models.Model):
    """Building, unit and room: the unit that votes. Room level is never shown on a public page."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="households")
    building = models.CharField(_("楼号"), max_length=20)
    unit = models.CharField(_("单元"), max_length=20, blank=True)
    room = models.CharField(_("房号"), max_length=20)

    class Meta:
        ordering = ["estate_id", "building", "unit", "room"]
        constraints = [
            models.UniqueConstraint(
                fields=["estate", "building", "unit", "room"],
                name="household_is_registered_once",
            ),
        ]

    def __str__(self) -> str:
        return "-".join(part for part in (self.building, self.unit, self.room) if part)
