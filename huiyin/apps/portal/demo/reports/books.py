"""The three books of an estate for a period: what came in and went out, in yuan; what was left is always their sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from huiyin.apps.portal.demo.reports.facts import Facts, Figure, Figures
from huiyin.domain.report_parts import AccountKind, Side

_CENT = Decimal("0.01")
_COSTS = (
    # share of the spending, name, what an estate must have for it
    (0.46, "人员工资、社保和福利", ""),
    (0.11, "保洁和垃圾清运外包", ""),
    (0.10, "秩序维护外包", ""),
    (0.09, "电梯维保和检验", "lifts"),
    (0.08, "公共水电费", ""),
    (0.07, "设施设备日常维修", ""),
    (0.04, "绿化养护", ""),
    (0.02, "办公和通信", ""),
    (0.03, "税费和管理酬金", ""),
)
_WORKS = (
    "屋面防水局部翻修",
    "电梯曳引钢丝绳和门机更换",
    "地下车库伸缩缝堵漏",
    "二次供水泵更换",
    "外墙空鼓处理",
)


@dataclass(frozen=True)
class Line:
    side: Side
    label: str
    amount: Decimal


@dataclass(frozen=True)
class Book:
    kind: AccountKind
    opening: Decimal
    lines: tuple[Line, ...]
    note: str = ""

    def total(self, side: Side) -> Decimal:
        return sum((line.amount for line in self.lines if line.side is side), Decimal(0))

    @property
    def income(self) -> Decimal:
        return self.total(Side.INCOME)

    @property
    def expense(self) -> Decimal:
        return self.total(Side.EXPENSE)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.income - self.expense

    def amount(self, label: str) -> Decimal:
        return next(line.amount for line in self.lines if line.label == label)


@dataclass(frozen=True)
class Books:
    service: Book
    common: Book
    fund: Book
    fees_due: Decimal
    fees_paid: Decimal
    fund_work: str

    def __iter__(self) -> Iterator[Book]:
        return iter((self.service, self.common, self.fund))


def yuan(amount: float | Decimal) -> Decimal:
    return Decimal(amount).quantize(_CENT)


def books_of(
    facts: Facts,
    figures: Figures,
    rng: Random,
    openings: dict[AccountKind, Decimal],
    common_spent: Sequence[tuple[str, int]] = (),
) -> Books:
    """`openings`: what the report before left in each book; a book without one begins with a likely sum.

    Puts the figures that follow from the books (M01, M03) among `figures`.
    """
    fees_due = yuan(facts.floor_area_m2 * facts.fee * facts.months)
    rate = Decimal(str(round(0.66 + 0.3 * facts.care + rng.uniform(-0.02, 0.02), 4)))
    fees_paid = yuan(fees_due * rate)
    service = _service(facts, rng, openings, fees_due, fees_paid)
    common = _common(facts, rng, openings, common_spent)
    fund, work = _fund(facts, figures, rng, openings)
    figures.known["M01"] = Figure(
        code="M01",
        value=(fees_paid * 100 / fees_due).quantize(Decimal("0.1")),
        unit="%",
        numerator=fees_paid,
        denominator=fees_due,
        denominator_label="应收物业费（元）",
    )
    figures.known["M03"] = Figure(code="M03", value=common.income, unit="元")
    return Books(service, common, fund, fees_due, fees_paid, work)


def _service(
    facts: Facts, rng: Random, openings: dict[AccountKind, Decimal], due: Decimal, paid: Decimal
) -> Book:
    kind = AccountKind.INCOME_EXPENDITURE
    arrears = yuan(due * Decimal(str(round(rng.uniform(0.008, 0.03), 4))))
    other = yuan(facts.households * rng.randint(9, 22))
    spent = due * Decimal(str(round(rng.uniform(0.9, 1.0), 4)))
    known = [(share, label) for share, label, needs in _COSTS if needs in ("", *facts.conditions)]
    shares = [share * rng.uniform(0.9, 1.1) for share, _ in known]
    lines = [
        Line(Side.INCOME, "本期物业费", paid),
        Line(Side.INCOME, "补收以前的物业费", arrears),
        Line(Side.INCOME, "装修管理和其他", other),
    ]
    lines += [
        Line(Side.EXPENSE, label, yuan(spent * Decimal(str(share / sum(shares)))))
        for share, (_, label) in zip(shares, known, strict=True)
    ]
    opening = openings.get(kind, yuan(due * Decimal(str(round(rng.uniform(-0.04, 0.05), 3)))))
    return Book(kind, opening, tuple(lines), "单位：元；支出按实际付款日入账。")


def _common(
    facts: Facts,
    rng: Random,
    openings: dict[AccountKind, Decimal],
    spent: Sequence[tuple[str, int]],
) -> Book:
    kind = AccountKind.COMMON_REVENUE
    months = facts.months
    lines = [Line(Side.INCOME, "地面停车", yuan(facts.households * months * rng.randint(9, 24)))]
    if facts.lifts:
        lines.append(Line(Side.INCOME, "电梯和门厅广告", yuan(facts.lifts * months * rng.randint(150, 260))))
    lines.append(Line(Side.INCOME, "快递柜和售货机", yuan(facts.households * months * rng.randint(2, 5))))
    income = sum((line.amount for line in lines), Decimal(0))
    uses = rng.sample(["更换休息椅和扶手", "补种和土方", "监控和门禁改造", "路面和台阶修补", "楼道粉刷"], 2)
    lines += [
        Line(Side.EXPENSE, "管理成本（合同约定 20%）", yuan(income * Decimal("0.2"))),
        *(
            Line(Side.EXPENSE, use, yuan(income * Decimal(str(round(rng.uniform(0.08, 0.26), 3)))))
            for use in uses
        ),
        *(Line(Side.EXPENSE, label, yuan(amount)) for label, amount in spent),
    ]
    opening = openings.get(kind, yuan(income * Decimal(str(round(rng.uniform(0.5, 1.8), 2)))))
    return Book(kind, opening, tuple(lines), "单独列账，动用前在单元门口公示 7 天。")


def _fund(
    facts: Facts, figures: Figures, rng: Random, openings: dict[AccountKind, Decimal]
) -> tuple[Book, str]:
    kind = AccountKind.MAINTENANCE_FUND
    per_m2 = rng.randint(4, 9) if facts.kind == "old" else rng.randint(68, 145)
    opening = openings.get(kind, yuan(facts.floor_area_m2 * per_m2 + rng.randint(1000, 9000)))
    lines = [Line(Side.INCOME, "利息", yuan(opening * Decimal("0.0045")))]
    works: list[str] = []
    if facts.kind != "old":
        known = [work for work in _WORKS if facts.lifts or "电梯" not in work]
        works = rng.sample(known, int(figures["M04"].value))
        lines += [Line(Side.EXPENSE, work, yuan(rng.randint(180, 900) * 100)) for work in works]
    return Book(kind, opening, tuple(lines), "按银行对账单。"), "、".join(works)
