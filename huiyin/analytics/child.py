"""The bulk work of the website in a process of its own: `python -m huiyin.analytics.child`, without Django.

The request is one JSON object on standard input; the answer is lines of JSON: any number of `progress`, then, where
the store was changed, the cube of each changed month, which months there are, the names no estate is known by and what
is only likely, at last `done` or `refused`.
Whoever asked and went away is noticed at the next line; the store is whole at any moment.
"""

from __future__ import annotations

import hashlib
import json
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyarrow.compute as pc

from huiyin.analytics.asking import keep_estates
from huiyin.analytics.callers import check_of
from huiyin.analytics.changing import attribute_again, correct, erase, undo_import, words_of
from huiyin.analytics.checking import check_file
from huiyin.analytics.corrections import Corrections, Decision
from huiyin.analytics.cube import COUNTS
from huiyin.analytics.doubts import complaints_in_doubt, doubted_complaints, doubts
from huiyin.analytics.erased import Erased
from huiyin.analytics.estates import Estate
from huiyin.analytics.following_up import NthRule, RecurrenceRule, Rule, call_backs, wanted_cases
from huiyin.analytics.manifest import ImportRecord
from huiyin.analytics.pipeline import Progress, enrich
from huiyin.analytics.reading.files import size_of
from huiyin.analytics.remasking import remask
from huiyin.analytics.schema import NO_MONTH, Masking, TextStep
from huiyin.analytics.store import Store
from huiyin.analytics.topics import Group, Title, topics_of
from huiyin.analytics.unknown_names import FindNames, unknown_names
from huiyin.domain.errors import Refused
from huiyin.domain.topic_heat import HeatWeights

CELL = ("estate_code", "street_code", "property_related", "category", *COUNTS)
"""The columns of a row of the cube as it is told."""

_TOPICS_AT_ONCE = 100

Asked = Mapping[str, Any]
Tell = Callable[[Mapping[str, Any]], None]
TellChanged = Callable[[Iterable[str]], None]


class Text:
    """What knows Chinese: the text step of some estates, and the finder of names; loaded when they are needed."""

    def step_of(self, estates: Sequence[Estate], secret: bytes, *, size: int) -> TextStep:
        from huiyin.analytics.text_step import text_step_of

        return text_step_of(estates, secret, size=size)

    def masking(self, *, size: int) -> Masking:
        from huiyin.analytics.text_step import masking_of

        return masking_of(size)

    def find_names(self) -> FindNames:
        from huiyin.language.places import find_estate_names

        return find_estate_names

    def group(self) -> Group:
        from huiyin.language.complaints.grouping import group_topics

        return group_topics

    def title(self) -> Title:
        from huiyin.language.complaints.titles import title_of

        return lambda texts, estate: title_of(texts, estate=estate)


def answer(asked: Asked, tell: Tell, text: Text) -> None:
    """Do what is asked and tell everything of it."""
    try:
        done = COMMANDS[asked["command"]](asked, tell, text)
    except Refused as refusal:
        tell({"refused": {"sentence": str(refusal), "code": refusal.code}})
    except BrokenPipeError:
        raise
    except Exception as error:
        tell({"broken": _where(error)})
    else:
        tell({"done": done})


def _check(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `file`, `mapping`, `estates`, `now`, `errors`: where the rejected rows go."""
    path, store = Path(asked["file"]), Store(Path(asked["folder"]))
    check = check_file(
        path,
        Path(asked["errors"]),
        told=asked["mapping"],
        now=datetime.fromisoformat(asked["now"]),
        erased=Erased.of(store),
        corrections=Corrections.of(store),
        step=text.step_of(
            _estates(asked), b"-", size=size_of([path])
        ),  # callers are not kept: any secret does
        tell=lambda rows: tell({"progress": {"rows": rows, "of": ""}}),
    )
    return {
        "read": check.read,
        "rejected": check.rejected,
        "reasons": dict(check.reasons.most_common()),
        "remarks": dict(check.remarks.most_common()),
        "months": dict(check.months),
        "attributed": check.attributed,
        "property_related": check.property_related,
        "sample": check.sample,
    }


def _store(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `file`, `mapping`, `import_id`, `estates`, `secret`, `now`. What was committed before is told again."""
    estates = _estates(asked)
    with _opened(asked, tell, text) as (store, tell_changed):
        record = _record_of(store, asked["import_id"])
        months: Iterable[str] = store.months()
        if record is None:
            changed = _Months(tell)
            check = check_of(asked["secret"])
            store.agree_on_caller_key(check)
            summary = enrich(
                [Path(asked["file"])],
                store,
                text.step_of(estates, asked["secret"].encode(), size=size_of([Path(asked["file"])])),
                now=datetime.fromisoformat(asked["now"]),
                basis=hashlib.sha256(repr((estates, check)).encode()).hexdigest(),
                told=asked["mapping"],
                tell=changed.progress,
                import_id=asked["import_id"],
            )
            if summary.refused and not summary.stored:
                raise Refused(summary.refused[0].reason, code="file_refused")
            if summary.errors:  # the website keeps those of the check, as long as it may
                summary.errors.unlink()
            record, months = _record_of(store, asked["import_id"]), changed.months
        keep_estates(store, estates)
        tell_changed(months)
        return _as_stored(store, record)


def _undo(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `import_id`, `estates`, `now`; one that was undone before is told again, and one that broke off has
    left nothing."""
    with _opened(asked, tell, text) as (store, tell_changed):
        record = next((each for each in store.imports if each.id == asked["import_id"]), None)
        if record is None or record.undone_at:
            tell_changed(store.months())
            return _as_undone(record)
        changed = _Months(tell)
        step = text.step_of(_estates(asked), b"-", size=0)  # nobody calls again: any secret does
        undone = undo_import(store, asked["import_id"], at=asked["now"], text_step=step, tell=changed.add)
        tell_changed(changed.months)
    return _as_undone(undone)


def _as_undone(record: ImportRecord | None) -> Mapping[str, Any]:
    return {"taken_out": record.taken_out if record else 0, "restored": record.restored if record else 0}


def _erase(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `numbers` of complaints whose words go; the counts stay but for what their callers repeated."""
    with _opened(asked, tell, text) as (store, tell_changed):
        changed = _Months(tell)
        count = erase(store, asked["numbers"], tell=changed.add)
        tell_changed(changed.months)
    return {"erased": count}


def _remask(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`; how many complaints, and rows kept for undoing and rejected, are covered more than before."""
    with _opened(asked, tell, text) as (store, tell_changed):
        changed = _Months(tell)
        done = remask(store, text.masking(size=store.size), tell=changed.progress)
        tell_changed(changed.months)
    return done._asdict()


def _quoted(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `numbers`, `examples` (key → words): keys of those taken from what one of the complaints says."""
    with Store.open(Path(asked["folder"])) as store:
        texts = words_of(store, asked["numbers"])
    examples = {key: words.strip("…") for key, words in asked["examples"].items()}
    return {"quoted": [key for key, words in examples.items() if any(words in each for each in texts)]}


def _attribute_again(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `names` that are known by now, `estates`; `released`: names with the estate that bore them before."""
    estates = _estates(asked)
    released = [(name, estate) for name, estate in asked.get("released", ())]
    with _opened(asked, tell, text) as (store, tell_changed):
        changed = _Months(tell)
        keep_estates(store, estates)
        # Nobody calls again: callers are not asked for, so any secret does.
        step = text.step_of(estates, b"-", size=0)
        found = attribute_again(store, asked["names"], step, released=released, tell=changed.add)
        tell_changed(changed.months)
    return {"attributed": found}


def _correct(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `decisions`, `now`; `missing` are the numbers the store does not hold."""
    decisions = [Decision(**each) for each in asked["decisions"]]
    with _opened(asked, tell, text) as (store, tell_changed):
        changed = _Months(tell)
        missing = correct(store, decisions, at=asked["now"], tell=changed.add)
        tell_changed(changed.months)
    return {"missing": missing}


def _in_doubt(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `match`, `estate_code`, `street_code`: the complaints of one doubt; nothing is written."""
    key = (asked["match"], asked["estate_code"], asked["street_code"])
    return {"complaints": complaints_in_doubt(Store(Path(asked["folder"])), key)}


def _refresh(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`: everything the website mirrors, e.g. after the command line was at the store, and all corrections."""
    with _opened(asked, tell, text) as (store, tell_changed):
        tell_changed(store.months())
        return {"months": store.months(), "corrections": Corrections.of(store).told(store)}


def _topics(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `estates`, `today`, `weights`: the topics as lines, some at once; nothing is written."""
    store, names = Store(Path(asked["folder"])), {each.code: each.name for each in _estates(asked)}
    found = topics_of(
        store,
        names,
        today=date.fromisoformat(asked["today"]),
        weights=HeatWeights(**asked["weights"]),
        group=text.group(),
        title=text.title(),
    )
    count = 0
    while some := list(islice(found, _TOPICS_AT_ONCE)):
        tell({"topics": [asdict(topic) for topic in some]})
        count += len(some)
    return {"topics": count}


def _follow_up(asked: Asked, tell: Tell, text: Text) -> Mapping[str, Any]:
    """`folder`, `import_id`, three lists of rules (since: Beijing's clock), `numbers` of complaints that are cases."""
    store = Store(Path(asked["folder"]))

    def told(name: str) -> list[dict[str, Any]]:
        return [{**each, "since": datetime.fromisoformat(each["since"])} for each in asked[name]]

    return {
        "cases": wanted_cases(
            store,
            asked["import_id"],
            [Rule(**each) for each in told("rules")],
            [NthRule(**each) for each in told("nth_rules")],
            [RecurrenceRule(**each) for each in told("recurrence_rules")],
            asked["numbers"],
        ),
        "call_backs": call_backs(store, asked["import_id"], asked["numbers"]),
    }


COMMANDS: Mapping[str, Callable[[Asked, Tell, Text], Mapping[str, Any]]] = {
    "check": _check,
    "store": _store,
    "undo": _undo,
    "quoted": _quoted,
    "erase": _erase,
    "remask": _remask,
    "attribute_again": _attribute_again,
    "correct": _correct,
    "in_doubt": _in_doubt,
    "refresh": _refresh,
    "topics": _topics,
    "follow_up": _follow_up,
}


class _Months:
    """Which months were written anew."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.months: set[str] = set()

    def add(self, month: str) -> None:
        self.months.add(month)
        self._tell({"progress": {"rows": 0, "of": month}})

    def progress(self, progress: Progress) -> None:
        if progress.step == "writing":
            self.add(progress.of)
        else:
            self._tell({"progress": {"rows": progress.rows, "of": ""}})


def _estates(asked: Asked) -> list[Estate]:
    return [
        Estate(**{**each, "aliases": tuple(each["aliases"]), "addresses": tuple(each.get("addresses", ()))})
        for each in asked["estates"]
    ]


def _record_of(store: Store, import_id: str) -> ImportRecord | None:
    return next((each for each in store.imports if each.id == import_id and not each.undone_at), None)


@contextmanager
def _opened(asked: Asked, tell: Tell, text: Text) -> Iterator[tuple[Store, TellChanged]]:
    """The store to be written, and what tells of it. `mirrored`: the last commit that was told of as a whole; where the
    store has gone on since, whoever was told died over it, or the command line was here, and all is told again."""
    with Store.open(Path(asked["folder"])) as store:
        is_behind = asked.get("mirrored", store.commits) != store.commits

        def tell_changed(months: Iterable[str]) -> None:
            _tell_changed(store, store.months() if is_behind else months, tell, text)

        yield store, tell_changed


def _tell_changed(store: Store, months: Iterable[str], tell: Tell, text: Text) -> None:
    """`all_months` are those that are left: what was told of others before does not hold any more."""
    for month in sorted(months):
        table = store.own_table(f"_cube/{month}.arrow")
        rows = [] if table is None else [list(row.values()) for row in table.select(CELL).to_pylist()]
        days = store.days_of(month)
        tell({"month": month, "rows": rows, "days": days and [day.isoformat() for day in days]})
    tell({"all_months": store.months()})
    tell({"names": [asdict(name) for name in unknown_names(store, text.find_names())]})
    tell({"doubts": [asdict(doubt) for doubt in doubts(store)]})
    tell({"doubted": doubted_complaints(store)})
    tell({"commit": store.commits})


def _as_stored(store: Store, record: ImportRecord | None) -> Mapping[str, Any]:
    """The balance of an import, none of whose rows may have been kept."""
    if record is None:
        return {"stored": 0}
    related, newest = 0, ""
    for month in store.months():
        rows = store.table_of(month, ["import_id", "property_related"])
        ours = pc.equal(rows["import_id"].cast("string"), record.id)
        related += pc.sum(pc.and_(ours, rows["property_related"])).as_py() or 0
        if month != NO_MONTH and pc.any(ours).as_py():
            newest = month
    return {
        "read": record.read,
        "stored": record.stored,
        "rejected": record.rejected,
        "replaced": record.replaced,
        "attributed": record.stored - record.unattributed,
        "property_related": related,
        "newest_month": newest,
    }


def _where(error: Exception) -> str:
    """What broke and where, without what was being read."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(
        [type(error).__name__, *(f"{Path(at.filename).name}:{at.lineno}" for at in frames[:-4:-1])]
    )


def main(source: IO[str], out: IO[str]) -> None:
    def tell(line: Mapping[str, Any]) -> None:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        out.flush()

    answer(json.load(source), tell, Text())


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
