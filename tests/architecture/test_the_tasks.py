"""Tasks are deferred by name, and procrastinate takes any name: these tests know which exist (ADR 0003)."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from procrastinate.contrib.django import app

PACKAGE = Path(__file__).parents[2] / "huiyin"
DEFERRING = {"defer", "defer_async", "batch_defer"}
# What the queue itself hands to a task.
GIVEN_BY_THE_QUEUE = {"context", "timestamp"}


@dataclass(frozen=True)
class Deferral:
    """One place in the code that puts a task into the queue by its name."""

    where: str
    task: str
    parameters: frozenset[str] | None  # None: given as **values or later, not readable here


@cache
def deferrals() -> tuple[Deferral, ...]:
    return tuple(_deferrals())


def _deferrals() -> Iterator[Deferral]:
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "configure_task" not in text:
            continue
        tree = ast.parse(text)
        above = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and _called(node) == "configure_task"):
                continue
            where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
            name = node.args[0] if node.args else next(k.value for k in node.keywords if k.arg == "name")
            assert isinstance(name, ast.Constant), f"{where}: write the task's name out, this test reads it"
            yield Deferral(where, str(name.value), _parameters(node, above))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _parameters(node: ast.Call, above: dict[ast.AST, ast.AST]) -> frozenset[str] | None:
    """The keywords of .defer(...) that follows configure_task(...) at once."""
    attribute = above.get(node)
    call = above.get(attribute) if isinstance(attribute, ast.Attribute) else None
    if not (
        isinstance(call, ast.Call) and isinstance(attribute, ast.Attribute) and attribute.attr in DEFERRING
    ):
        return None
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names or call.args else frozenset(name for name in names if name)


def accepted(task: str) -> tuple[set[str], set[str]]:
    """All and the required parameters of a task."""
    parameters = inspect.signature(app.tasks[task].func).parameters
    names = set(parameters) - GIVEN_BY_THE_QUEUE
    required = {name for name in names if parameters[name].default is inspect.Parameter.empty}
    return names, required


def test_every_deferred_name_is_a_task() -> None:
    app.perform_import_paths()
    unknown = [f"{each.where}: {each.task}" for each in deferrals() if each.task not in app.tasks]
    assert unknown == []


def test_every_deferral_gives_the_parameters_the_task_takes() -> None:
    app.perform_import_paths()
    wrong = []
    for each in deferrals():
        if each.parameters is None or each.task not in app.tasks:
            continue
        names, required = accepted(each.task)
        if not (required <= each.parameters <= names):
            wrong.append(
                f"{each.where}: {each.task} takes {sorted(names)}, is given {sorted(each.parameters)}"
            )
    assert wrong == []


def test_a_periodic_task_takes_the_time_and_does_not_pile_up() -> None:
    """A queueing lock: while one waits the next tick adds none."""
    app.perform_import_paths()
    for periodic in app.periodic_registry.periodic_tasks.values():
        assert "timestamp" in inspect.signature(periodic.task.func).parameters, periodic.task.name
        lock = periodic.configure_kwargs.get("queueing_lock") or periodic.task.queueing_lock
        assert lock, periodic.task.name
