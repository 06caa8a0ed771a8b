"""The small words and numbers inside the sentences of a report, drawn once for each report."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from huiyin.apps.portal.demo.reports.books import Books
from huiyin.apps.portal.demo.reports.facts import Facts, Figures
from huiyin.domain.report_parts import Side

_NONE_MISSED = {"W01": "一天没有断。", "C01": "", "W05": ""}
_HOT = ("漏水和停车", "电梯和停水", "垃圾清运和保洁", "停车和门禁", "暖气和漏水")


def in_words(amount: Decimal) -> str:
    """Yuan as people write them: 131.6 万元, below ten thousand 8,600 元."""
    if abs(amount) >= 10_000:
        return f"{amount / 10_000:.1f} 万元"
    return f"{amount:,.0f} 元"


def slots_of(facts: Facts, figures: Figures, books: Books, rng: Random) -> dict[str, str]:
    found = {code: f"<{code}>" for code in figures.known}
    for code, figure in figures.known.items():
        found[f"{code}_due"] = f"{figure.due:,}" if figure.due else ""
        # Why something is missing stands beside the number; the text says only that nothing is.
        is_whole = bool(figure.due) and not figure.why
        found[f"{code}_miss"] = _NONE_MISSED.get(code, "没有漏做。") if is_whole else ""
    found |= _of_place(facts)
    found |= _of_books(facts, books, rng)
    found |= _of_ledger(facts)
    found |= _small(facts, figures, rng)
    return found


def _of_place(facts: Facts) -> dict[str, str]:
    months = {f"m{n}": f" {facts.month(n)} 月" for n in range(1, 7)}
    months |= {f"n{n}": f" {facts.month(n + len_months(facts))} 月" for n in range(1, 7)}
    first, last = facts.month(1), facts.month(len_months(facts))
    return months | {
        "lifts": str(facts.lifts),
        "households": f"{facts.households:,}",
        "buildings": str(facts.buildings),
        "stations": str(facts.stations),
        "fee": f"{facts.fee:.2f}",
        "half": f"{first} 月至 {last} 月" if facts.period.days < 170 else "这半年",
        "ads": "电梯广告" if facts.lifts else "快递柜",
    }


def len_months(facts: Facts) -> int:
    first, last = facts.period.from_on, facts.period.to_on
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _of_books(facts: Facts, books: Books, rng: Random) -> dict[str, str]:
    service, common, fund = books.service, books.common, books.fund
    labour = books.service.amount("人员工资、社保和福利")
    balance = service.income - service.expense
    second = max(
        (line for line in service.lines if line.side == "expense" and line.amount != labour),
        key=lambda line: line.amount,
    )
    unpaid = round(facts.households * float(1 - books.fees_paid / books.fees_due) * 0.8)
    return {
        "fees_due": in_words(books.fees_due),
        "fees_paid": in_words(books.fees_paid),
        "arrears": in_words(service.amount("补收以前的物业费")),
        "unpaid": str(unpaid),
        "spent": in_words(service.expense),
        "balance_words": (
            f"比本期收入多花 {in_words(-balance)}，由公司先垫着"
            if balance < 0
            else f"本期结余 {in_words(balance)}"
        ),
        "labour": in_words(labour),
        "labour_share": f"{labour * 100 / service.expense:.0f}",
        "second_item": second.label,
        "common_opening": in_words(common.opening),
        "common_uses": "、".join(line.label for line in common.lines if line.side is Side.EXPENSE),
        "common_income": in_words(common.income),
        "common_spent": in_words(common.expense),
        "common_closing": in_words(common.closing),
        "fund_closing": in_words(fund.closing),
        "fund_work": books.fund_work,
        "shared": f"{rng.uniform(6, 11):.1f}",
    }


def _of_ledger(facts: Facts) -> dict[str, str]:
    ledger = facts.ledger
    return {
        "open": str(ledger.open),
        "immediate": str(ledger.immediate),
        "short_term": str(ledger.short_term),
        "long_term": str(ledger.long_term),
        "late_words": ledger.late_words,
    }


def _small(facts: Facts, figures: Figures, rng: Random) -> dict[str, str]:
    homes = facts.households

    def some(low: float, high: float) -> str:
        return str(rng.randint(max(1, round(low)), max(2, round(high))))

    leaks = rng.randint(4, max(6, homes // 60))
    bulbs = rng.randint(max(8, homes // 20), max(12, homes // 9))
    return {
        "arrive": some(13, 27),
        "long_stop": some(6, 46),
        "pump": some(1, 4),
        "hours": some(4, 7),
        "back": some(3, 9),
        "lids": some(3, 14),
        "bottles": some(homes / 40, homes / 18),
        "floors": some(homes / 60, homes / 30),
        "again": some(3, 8),
        "lamps": some(4, 26),
        "test_month": str(rng.choice([4, 5, 9, 10])),
        "cleaners": some(homes / 130, homes / 95),
        "bulbs": str(bulbs),
        "sensors": str(round(bulbs * rng.uniform(0.4, 0.7))),
        "slow": some(homes / 120, homes / 50),
        "wait": some(3, 6),
        "green": f" {homes * rng.uniform(0.006, 0.012):.1f} ",
        "trees": some(9, 48),
        "gates": some(2, 4),
        "shift": rng.choice([" 24 ", " 24 ", " 16 "]),
        "guards": some(homes / 130, homes / 75),
        "cams": some(3, 21),
        "snow": some(18, 66),
        "salt": some(12, 60),
        "cold": some(homes / 70, homes / 25),
        "cold2": some(2, 7),
        "bags": some(14, 70),
        "storms": some(4, 7),
        "leaks": str(leaks),
        "leaks_done": str(round(leaks * rng.uniform(0.55, 0.85))),
        "kitchen": f"{figures['W02'].value / facts.period.days:.0f}",
        "hot_top": rng.choice(_HOT),
        "hot_late": some(1, 3),
        "hot_again": some(2, 5),
        "forum": some(38, 96),
        "forum_matters": some(9, 24),
        "keepers": some(2, 5),
        "bulky_place": rng.choice(["东北角围墙边", "北门内侧", "垃圾楼旁边", "自行车棚西侧"]),
        "dumped": some(2, 9),
        "stubborn": some(2, 6),
    }
