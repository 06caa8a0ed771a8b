"""What the text step of the hotline costs: `python -m bench.hotline_text [texts]`.

Texts a second with one and two threads, and the processor's time for a text by part, on the invented complaints of
`bench.hotline_given`. CPU time says what a text costs on a busy machine too; texts a second need two idle cores.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import pyarrow as pa

from bench import hotline_given as given
from huiyin.analytics.estates import Estate
from huiyin.analytics.schema import RAW
from huiyin.analytics.text_step import areas_of, enrich_batch, place_index_of, texts_of
from huiyin.language.kernels import compiled, plain
from huiyin.language.kernels.gazetteers import PlaceIndex
from huiyin.language.kernels.masking import masked
from huiyin.language.kernels.scanning import scan

BATCH, ROUNDS = 20_000, 3
SECRET = b"bench"
NAMES = {"number": 0, "text": 3, "area_code": 4, "channel": 2, "caller": 9}


def batches(count: int, estates: list[given.InventedEstate]) -> list[pa.RecordBatch]:
    rows = given.complaints(count, estates)
    made = []
    while chunk := list(islice(rows, BATCH)):
        columns = {name: pa.array([row[at] for row in chunk]) for name, at in NAMES.items()}
        columns["row"] = pa.array(range(len(chunk)))
        arrays = [
            columns[field.name] if field.name in columns else pa.nulls(len(chunk), field.type)
            for field in RAW
        ]
        made.append(pa.RecordBatch.from_arrays(arrays, schema=RAW))
    return made


def least(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Seconds of the best of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        started = clock()
        work()
        times.append(clock() - started)
    return min(times)


def main(count: int) -> None:
    invented = given.invented_estates()
    estates = [Estate(each.code, each.name, each.aliases, each.area_code) for each in invented]
    started = time.process_time()
    index = place_index_of(estates)
    print(f"{len(estates):,} estates as arrays: {time.process_time() - started:.2f} s")
    chunks = batches(count, invented)

    def step(batch: pa.RecordBatch) -> pa.RecordBatch:
        return enrich_batch(batch, index=index, kernels=compiled, secret=SECRET)

    started = time.perf_counter()
    step(chunks[0])
    print(f"first batch, with compiling or reading what was compiled: {time.perf_counter() - started:.1f} s")
    for threads in (1, 2):
        with ThreadPoolExecutor(threads) as pool:
            wall = least(lambda pool=pool: list(pool.map(step, chunks)), time.perf_counter)
            cpu = least(lambda pool=pool: list(pool.map(step, chunks)), time.process_time)
        print(
            f"{threads} thread(s): {count / wall:,.0f} texts/s, {cpu / count * 1e6:.2f} µs of a core for each"
        )
    for name, seconds in parts(chunks[0], index).items():
        print(f"  {name:<28}{seconds / chunks[0].num_rows * 1e6:8.2f} µs")


def parts(batch: pa.RecordBatch, index: PlaceIndex) -> dict[str, float]:
    texts, areas = texts_of(batch.column("text")), areas_of(batch.column("area_code"))
    nowhere = np.zeros((1, 3), np.int32), np.full(len(texts), -1, np.int32)
    scanned = scan(texts.data, texts.start, index.estates, *nowhere)
    sample = batch.slice(0, 500)
    whole = least(
        lambda: enrich_batch(batch, index=index, kernels=compiled, secret=SECRET), time.process_time
    )
    without = least(lambda: compiled.read(texts, index, areas), time.process_time)
    by_hand = least(
        lambda: enrich_batch(sample, index=index, kernels=plain, secret=SECRET), time.process_time
    )
    return {
        "one pass over the bytes": least(
            lambda: scan(texts.data, texts.start, index.estates, *nowhere), time.process_time
        ),
        f"masking {len(scanned.changing) / len(texts):.1%} of the texts": least(
            lambda: masked(texts.data, texts.start, scanned), time.process_time
        ),
        "callers, columns": whole - without,
        "in plain Python": by_hand * batch.num_rows / sample.num_rows,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
