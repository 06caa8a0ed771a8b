"""What the hotline costs: `python -m bench hotline [--rows N …]`. Complaints are invented, always the same ones.

A run of `huiyin hotline enrich` in processes of its own, from CSV to Parquet, cube and top-100, with its wall time,
CPU time and largest memory: all over the command and its workers (memory is the sum of what each holds, pages shared
by several in parts, looked at ten times a second). Then the text step in forked workers, as the command runs it, and,
in one process and as ratios to each other, the text step, the scan floor (reading the column of texts), and what the
same work costs with ahocorasick-rs and scikit-learn, and with pandas, jieba and regular expressions. The model that
is timed is the one whose quality `python -m bench complaint_quality` tells.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import re
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import pyarrow as pa
from pyarrow import csv as arrow_csv

from bench import hotline_given as given
from huiyin.analytics import workers
from huiyin.analytics.asking import Asker
from huiyin.analytics.estates import read_estates
from huiyin.analytics.measures.rankings import ranking
from huiyin.analytics.measures.rates import measured
from huiyin.analytics.reading.files import read_complaints
from huiyin.analytics.schema import TextStep
from huiyin.analytics.store import Store
from huiyin.analytics.text_step import text_step_of
from huiyin.domain.complaint_measures import MEASURES
from huiyin.language import Gazetteer, classify
from huiyin.language.masking import mask

TEXTS_A_SECOND = 400_000
SECONDS_FOR_TEN_MILLION = 60.0
MOST_MEMORY_GB = 2.0
CUBE_MS, AD_HOC_MS = 50.0, 500.0
DAY_ROWS, YEAR_ROWS, DAY_CPU_S = 2_000, 600_000, 3.0
SAMPLE = 20_000
CLOSE_TO_LINEAR = 1.3
"""How much dearer a row of the largest run may be than one of the run before it."""


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float
    memory_gb: float


def run(arguments: list[str]) -> Cost:
    """A `huiyin` command in a process of its own."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "huiyin.config.cli", *arguments]
    silent = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    environment = {**os.environ, "HUIYIN_CALLER_KEY": "bench"}
    pid = os.posix_spawn(sys.executable, command, environment, file_actions=silent)
    memory = _Memory(pid)
    _, status, used = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)} ended with {status}")
    return Cost(time.perf_counter() - started, used.ru_utime + used.ru_stime, memory.largest())


class _Memory:
    """The most that a process and its children hold together."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._largest_kb = 0
        self._ended = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def largest(self) -> float:
        """In gigabytes; ends the watching."""
        self._ended.set()
        self._thread.join()
        return self._largest_kb / 1e6

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            with contextlib.suppress(OSError):
                children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
                self._largest_kb = max(self._largest_kb, sum(map(_held_kb, [str(self._pid), *children])))


def _held_kb(pid: str) -> int:
    """Pages shared by several processes count for each in part (PSS)."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(re.search(r"^Pss: +(\d+) kB", told, re.MULTILINE).group(1))  # type: ignore[union-attr]


def made(folder: Path, count: int) -> Path:
    path = folder / f"complaints-{count}.csv"
    if not path.exists():
        given.write_complaints(path.with_suffix(".new"), count)
        path.with_suffix(".new").rename(path)
    return path


def whole_run(folder: Path, estates: Path, count: int) -> tuple[Cost, Path]:
    out = folder / f"store-{count}"
    shutil.rmtree(out, ignore_errors=True)
    file = made(folder, count)
    cost = run(["hotline", "enrich", str(file), "--estates", str(estates), "--out", str(out), "--quiet"])
    ranked = run(
        [
            "hotline",
            "rank",
            str(out),
            "--by",
            "estate",
            "--period",
            "2025",
            "--top",
            "100",
            "--format",
            "json",
        ]
    )
    print(
        f"{count:>10,} complaints ({file.stat().st_size / 1e9:.2f} GB CSV): "
        f"{cost.wall:.1f} s wall, {cost.cpu:.1f} s CPU, "
        f"{count / cost.wall:,.0f} a second, peak memory {cost.memory_gb:.2f} GB; top-100 {ranked.wall:.1f} s"
    )
    return Cost(cost.wall + ranked.wall, cost.cpu + ranked.cpu, cost.memory_gb), out


def per_text(work: Callable[[], object], texts: int, rounds: int = 3) -> float:
    """Median CPU microseconds a text."""
    took = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        took.append((time.process_time() - started) / texts * 1e6)
    return statistics.median(took)


def in_workers(step: TextStep, batches: list[pa.RecordBatch]) -> tuple[float, float]:
    """(texts a second, CPU microseconds a text), the starting of the workers included."""
    again = [*range(len(batches))] * 3
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    texts = sum(workers.in_order(lambda at: step(batches[at]).num_rows, again))
    took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return texts / took, cpu / texts * 1e6


def text_step(folder: Path, estates: Path) -> bool:
    file = made(folder, 100_000)
    listed = read_estates(estates)
    step = text_step_of(listed, b"bench")
    batches = [batch for batch, _ in read_complaints(file)]
    step(batches[0])  # compiles
    count = sum(batch.num_rows for batch in batches)
    texts = [text for batch in batches for text in batch.column("text").to_pylist()][:SAMPLE]

    def steps() -> None:
        for batch in batches:
            step(batch)

    def floor() -> None:
        arrow_csv.read_csv(
            file,
            read_options=arrow_csv.ReadOptions(use_threads=False),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=["诉求内容"], column_types={"诉求内容": pa.string()}
            ),
        )

    ours, scan = per_text(steps, count, rounds=5), per_text(floor, count, rounds=5)
    a_second, of_a_core = in_workers(step, batches)
    print(f"text step, one process: {ours:.2f} µs CPU a text")
    print(
        f"text step, {workers.WORKERS} workers as in the command: {a_second:,.0f} texts/s (aim ≥ {TEXTS_A_SECOND:,}), "
        f"{of_a_core:.2f} µs CPU a text = {1e6 * workers.WORKERS / of_a_core:,.0f} texts/s on two idle cores"
    )
    print(
        f"  scan floor, reading the texts from CSV: {scan:.2f} µs; the text step costs {ours / scan:.1f} x that"
    )
    plain = per_text(lambda: _plain(texts, listed), len(texts), rounds=1)
    print(f"  our own functions in plain Python: {plain:.0f} µs, {plain / ours:.0f} x")
    if importlib.util.find_spec("ahocorasick_rs") and importlib.util.find_spec("sklearn"):
        libraries = _libraries(texts, [estate.name for estate in listed])
        print(
            f"  ahocorasick-rs + scikit-learn, without masking: {libraries:.0f} µs, {libraries / ours:.0f} x"
        )
    if importlib.util.find_spec("jieba") and importlib.util.find_spec("pandas"):
        loop = _loop(texts, [estate.name for estate in listed])
        print(f"  pandas + jieba + regular expressions: {loop:.0f} µs, {loop / ours:.0f} x")
    return a_second >= TEXTS_A_SECOND


def _plain(texts: list[str], estates: list[object]) -> None:
    gazetteer = Gazetteer([(each.code, each.name) for each in estates])  # type: ignore[attr-defined]
    masked = [mask(text) for text in texts]
    gazetteer.find(masked)
    classify(masked)


def _libraries(texts: list[str], names: list[str]) -> float:
    from ahocorasick_rs import AhoCorasick
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier

    vectors = HashingVectorizer(analyzer="char", ngram_range=(2, 2), n_features=1 << 18)
    labels = [f"c{at % 25}" for at in range(len(texts))]
    model = SGDClassifier(max_iter=2, tol=None, random_state=0).fit(vectors.transform(texts), labels)
    finder = AhoCorasick(names)

    def work() -> None:
        for text in texts:
            finder.find_matches_as_strings(text)
        model.predict(vectors.transform(texts))

    return per_text(work, len(texts))


def _loop(texts: list[str], names: list[str]) -> float:
    import jieba
    import pandas

    jieba.setLogLevel(40)
    jieba.initialize()
    frame = pandas.DataFrame({"text": texts})
    estate = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    about = re.compile("物业|小区|业主|业委会|电梯")
    numbers = re.compile(r"1[3-9]\d{9}")

    def work() -> None:
        masked = frame["text"].map(lambda text: numbers.sub("〔手机号〕", text))
        masked.map(lambda text: estate.search(text))
        masked.map(lambda text: bool(about.search(text)))
        masked.map(lambda text: set(jieba.cut(text)))

    return per_text(work, len(texts), rounds=1)


def queries(store: Path) -> bool:
    asker = Asker(Store(store))
    asked = {
        "counts of a street by month": lambda: measured(
            asker.cube.filter(asker.cube.street.startswith("110106")), MEASURES["complaints"], ["month"]
        ),
        "solution rate by category": lambda: measured(asker.cube, MEASURES["solution_rate"], ["category"]),
        "estates ranked per 1,000 households": lambda: ranking(
            asker.cube, asker.estates, MEASURES["property_complaints"], "estate", per_households=True
        ).limit(100),
    }
    good = True
    for name, ask in asked.items():
        took = []
        for _ in range(7):
            started = time.perf_counter()
            asker.rows(ask())
            took.append((time.perf_counter() - started) * 1000)
        median = statistics.median(took)
        good &= median <= CUBE_MS
        print(f"  cube, {name}: {median:.0f} ms (aim ≤ {CUBE_MS:.0f})")
    import duckdb

    took = []
    for _ in range(5):
        started = time.perf_counter()
        duckdb.sql(
            f"SELECT estate_code, count(*) FROM read_parquet('{store}/month=*/*.parquet', hive_partitioning=true) "
            "WHERE category = '电梯' AND month = '2025-06' AND is_solved = 0 GROUP BY 1 ORDER BY 2 DESC LIMIT 20"
        ).fetchall()
        took.append((time.perf_counter() - started) * 1000)
    median = statistics.median(took)
    print(f"  ad hoc, one month of the rows: {median:.0f} ms (aim ≤ {AD_HOC_MS:.0f})")
    return good and median <= AD_HOC_MS


def a_day(folder: Path, estates: Path) -> bool:
    """A day's file into a year that is there."""
    _, year = whole_run(folder, estates, YEAR_ROWS)
    day = folder / "day.csv"
    given.write_complaints(day, DAY_ROWS, year=2025)
    headings, *lines = day.read_text(encoding="utf-8").splitlines()
    day.write_text("\n".join([headings, *map(_of_december, lines)]) + "\n", encoding="utf-8")
    before = _rows_in(year)
    cost = run(["hotline", "enrich", str(day), "--estates", str(estates), "--out", str(year), "--quiet"])
    if _rows_in(year) != before + DAY_ROWS:
        raise SystemExit("not every complaint of the day was stored")
    print(f"a day of {DAY_ROWS:,} into a year of {YEAR_ROWS:,}: {cost.cpu:.1f} s CPU (aim ≤ {DAY_CPU_S:.0f})")
    return cost.cpu <= DAY_CPU_S


def _rows_in(folder: Path) -> int:
    store = Store(folder)
    return sum(map(store.rows_of, store.months()))


def _of_december(line: str) -> str:
    """With a number of its own, received on the first of the month and closed on its last day."""
    first = re.sub(r"2025-\d\d-\d\d", "2025-12-01", line, count=1)
    return "D" + re.sub(r"2025-(?!12-01)\d\d-\d\d", "2025-12-31", first)


def main(arguments: list[str] | None = None) -> int:
    """0 if every aim is met."""
    parser = argparse.ArgumentParser(prog="python -m bench hotline", description=__doc__)
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[100_000, 1_000_000], help="how many, smallest first"
    )
    parser.add_argument("--folder", type=Path, help="where files are kept for the next time")
    options = parser.parse_args(arguments or [])
    with tempfile.TemporaryDirectory(prefix="huiyin-hotline-") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        estates = folder / "estates.csv"
        given.write_estates(estates, given.invented_estates())
        good = text_step(folder, estates)
        costs = {}
        for count in options.rows:
            costs[count], store = whole_run(folder, estates, count)
        if len(costs) > 1:
            small, large = list(costs)[-2:]
            ratio = (costs[large].wall / large) / (costs[small].wall / small)
            print(f"a row of {large:,} costs {ratio:.2f} x one of {small:,} (aim ≤ {CLOSE_TO_LINEAR})")
            good &= ratio <= CLOSE_TO_LINEAR
        if 10_000_000 in costs:
            good &= costs[10_000_000].wall <= SECONDS_FOR_TEN_MILLION
            good &= costs[10_000_000].memory_gb <= MOST_MEMORY_GB
        good &= queries(store)
        good &= a_day(folder, estates)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
