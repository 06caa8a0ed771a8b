"""Fault tests kill real processes: those of private sites, each with a cluster that syncs to disk."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import prepared_cluster
from tests.serving import ServedSite


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.fault)
            # One process runs a file, so that its tests share the site; and nearly all files, for they mostly wait:
            # several at once would leave the cores idle.
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group("faults"))


class Sites:
    """The private sites of this process: one for each way of serving, so that modules that serve alike share it."""

    def __init__(self) -> None:
        self._by_way: dict[tuple[Any, ...], ServedSite] = {}

    def served(self, *options: str, **environment: str) -> ServedSite:
        way = (options, *environment.items())
        if way not in self._by_way:
            # A folder the server's own account can reach, short enough for a socket.
            folder = Path(tempfile.mkdtemp(prefix="huiyin-fault-"))
            folder.chmod(0o755)
            (folder / "var").mkdir(mode=0o755)
            # Also for a site that prepares itself: it finds nothing left to do.
            for part in ("postgres", "static"):
                subprocess.run(
                    ["cp", "-a", prepared_cluster.stored() / part, folder / "var" / part], check=True
                )
            self._by_way[way] = ServedSite(folder, *options, **environment)
        return self._by_way[way]

    def remove(self) -> None:
        for site in self._by_way.values():
            site.stop()
            shutil.rmtree(site.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sites() -> Iterator[Sites]:
    made = Sites()
    yield made
    made.remove()


@pytest.fixture
def site(request: pytest.FixtureRequest, sites: Sites) -> ServedSite:
    """`huiyin serve` with fsync on, two web processes and one task process; migrated, at first without people's data.

    Started again if the test before stopped it. A module may name further options of `serve` in SERVED_WITH, and stand
    the site's clock at BEGINNING; the site of those that do neither prepares itself each time, as an operator's does.
    """
    beginning = getattr(request.module, "BEGINNING", None)
    clock = {"HUIYIN_NOW": beginning.isoformat()} if beginning is not None else {}
    served = sites.served(*getattr(request.module, "SERVED_WITH", ()), **clock)
    if served.process is None:
        served.start()
    return served
