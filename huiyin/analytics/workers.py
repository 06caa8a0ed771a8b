"""Work on all cores: processes that are forked, so that what was loaded and compiled is theirs too, uncopied."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Thread
from typing import Any, TypeVar

import pyarrow as pa

from huiyin.domain.errors import RuleBroken

WORKERS = 2
_AHEAD = 2 * WORKERS
"""Items that are handed out, so that no worker waits for the next one to be read."""
Item = TypeVar("Item")
Made = TypeVar("Made")
_work: Callable[[Any], Any]


class WorkerLost(RuleBroken):
    """A worker was ended from outside, as a machine does that is short of memory."""


def in_order(
    work: Callable[[Item], Made], items: Iterable[Item], *, begin: Callable[[], None] = lambda: None
) -> Iterator[Made]:
    """`work` of each item, in their order; `items` are read while the workers are at those before.

    `begin` is called in each worker first. What `work` raises is raised here. Where processes cannot be forked
    threads do the work. Raises WorkerLost if a worker is ended from outside.
    """
    waiting: deque[Future[Made]] = deque()
    # Objects that are alive now stay where they are: a collection would copy their pages into each worker.
    gc.freeze()
    try:
        with _pool(work, begin) as pool:
            try:
                for item in items:
                    waiting.append(pool.submit(_do if isinstance(pool, ProcessPoolExecutor) else work, item))
                    if len(waiting) >= _AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for each in waiting:
                    each.cancel()
    except BrokenProcessPool as lost:
        raise WorkerLost(
            "处理诉求的子进程被系统中止（多半是内存不够），这次导入没有写入任何内容。请重新运行，会从中断的文件继续。",
            code="worker_lost",
        ) from lost
    finally:
        gc.unfreeze()


def _pool(work: Callable[[Any], Any], begin: Callable[[], None]) -> Executor:
    if sys.platform != "linux":
        return ThreadPoolExecutor(WORKERS)
    forking = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(WORKERS, forking, initializer=_begin, initargs=(work, begin))


def _begin(work: Callable[[Any], Any], begin: Callable[[], None]) -> None:
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; whoever started us ends us
    Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    begin()


def _end_with_parent() -> None:
    """Whoever is killed cannot end its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(item: Any) -> Any:
    return _work(item)
