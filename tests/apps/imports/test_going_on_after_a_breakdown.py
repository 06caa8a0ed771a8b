"""A worker or the database dies in the middle: what is committed stays, the rest follows, each row once."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError
from procrastinate.contrib.django.models import ProcrastinateJob

from huiyin.apps.imports import services
from huiyin.apps.imports.kinds import Applied
from huiyin.apps.imports.models import Import
from huiyin.apps.imports.services.run import _run
from huiyin.domain.errors import RuleBroken
from tests.apps.imports.notes import KEEPER, NAME, NOTES, NOW, a_file, a_row, notes, registered

database = pytest.mark.django_db
AREA = {"area": "110106001000"}


class Breaking:
    """Applies like the real kind and breaks, after writing, in one batch, as often as told."""

    def __init__(self, error: BaseException, *, in_batch: int = 3, times: int = 1) -> None:
        self.error, self.in_batch, self.times, self.batches = error, in_batch, times, 0

    def __call__(self, rows: Any, **told: Any) -> Applied:
        self.batches += 1
        applied = NOTES.apply(rows, **told)
        if self.batches >= self.in_batch and self.times:
            self.times -= 1
            raise self.error
        return applied


def started() -> Import:
    data = a_file([a_row(n) for n in range(1, 501)])
    import_ = services.upload_file(kind=NAME, data=data, name="便条.xlsx", by=KEEPER, now=NOW)
    import_ = services.set_mapping(import_, mapping=import_.mapping, options=AREA, by=KEEPER, now=NOW)
    return services.start_import(import_, by=KEEPER, now=NOW)


@database
@pytest.mark.parametrize("death", [KeyboardInterrupt(), OperationalError("server closed the connection")])
def test_after_a_death_the_next_run_goes_on_behind_the_last_batch(death: BaseException) -> None:
    with registered(apply=Breaking(death)):
        import_ = started()
        with pytest.raises(type(death)):
            services.run_import(import_.pk)
        import_.refresh_from_db()
        assert (import_.state, import_.rows_done, len(notes())) == ("running", 200, 200)
        import_ = services.run_import(import_.pk)
    assert (import_.state, import_.rows_done, import_.created_count, len(notes())) == ("done", 500, 500, 500)


@database
def test_an_error_of_ours_leaves_a_sentence_and_can_be_gone_on_from() -> None:
    with registered(apply=Breaking(ZeroDivisionError())):
        import_ = services.run_import(started().pk)
        assert (import_.state, import_.rows_done, len(notes())) == ("failed", 200, 200)
        assert "前面的行已经存好" in import_.error
        services.resume_import(import_, by=KEEPER)
        import_ = services.run_import(import_.pk)
    assert (import_.state, import_.created_count, import_.unchanged_count) == ("done", 500, 0)


@database
def test_running_a_finished_import_again_does_nothing() -> None:
    with registered():
        import_ = services.run_import(started().pk)
        assert services.run_import(import_.pk).created_count == 500
        with pytest.raises(RuleBroken):
            services.resume_import(import_, by=KEEPER)


@database
def test_a_second_runner_steps_back_when_another_was_faster() -> None:
    with registered():
        import_ = started()
        read_before = Import.objects.get(pk=import_.pk)
        services.run_import(import_.pk)
        assert _run(read_before, KEEPER, None).created_count == 500
    assert len(notes()) == 500


@database
def test_an_apply_that_loses_count_of_its_rows_is_found_out() -> None:
    with registered(apply=lambda rows, **told: Applied(created=1)):
        import_ = services.run_import(started().pk)
    assert (import_.state, import_.rows_done) == ("failed", 0)


@database
def test_starting_defers_one_job_in_the_same_transaction() -> None:
    with registered():
        import_ = started()
    (job,) = ProcrastinateJob.objects.filter(task_name="imports.run", args__import_id=import_.pk)
    assert job.lock == import_.stream


@database
def test_a_large_file_is_checked_by_the_worker() -> None:
    with registered(max_rows=5000):
        data = a_file([a_row(n) for n in range(1, 1102)])
        import_ = services.upload_file(kind=NAME, data=data, name="便条.xlsx", by=KEEPER, now=NOW)
        import_ = services.set_mapping(import_, mapping=import_.mapping, options=AREA, by=KEEPER, now=NOW)
        assert import_.state == "mapped"
        jobs = ProcrastinateJob.objects.filter(task_name="imports.check", args__import_id=import_.pk)
        assert jobs.count() == 1
        import_ = services.check_import(import_.pk, now=NOW)
    assert (import_.state, import_.rows_ok) == ("checked", 1101)


def test_a_process_killed_within_a_batch_leaves_whole_batches_and_the_next_one_ends_it(
    fresh_database: str,
) -> None:
    """With real commits: the child writes two batches and dies by SIGKILL after the rows of the third."""
    batches = []

    def dying(rows: Any, **told: Any) -> Applied:
        applied = NOTES.apply(rows, **told)
        batches.append(len(rows))
        if len(batches) == 3 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return applied

    parent = os.getpid()
    with registered(apply=dying):
        import_ = started()
        connection.close()
        if (child := os.fork()) == 0:
            try:
                services.run_import(import_.pk)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        import_.refresh_from_db()
        assert (import_.state, import_.rows_done, len(notes())) == ("running", 200, 200)
        import_ = services.run_import(import_.pk)
    assert (import_.state, import_.created_count, import_.unchanged_count, len(notes())) == (
        "done",
        500,
        0,
        500,
    )
