"""Fault tests kill real processes: each module gets a private site with a cluster that syncs to disk."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture(scope="module")
def private_folder() -> Iterator[Path]:
    """A folder the server's own account can reach, short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-fault-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def _site_of_the_module(request: pytest.FixtureRequest, private_folder: Path) -> Iterator[ServedSite]:
    stored = prepared_cluster.stored()
    (private_folder / "var").mkdir(mode=0o755)
    subprocess.run(["cp", "-a", stored / "postgres", private_folder / "var" / "postgres"], check=True)
    beginning = getattr(request.module, "BEGINNING", None)
    clock = {"HUIYIN_NOW": beginning.isoformat()} if beginning is not None else {}
    served = ServedSite(private_folder, *getattr(request.module, "SERVED_WITH", ()), **clock)
    yield served
    served.stop()


@pytest.fixture
def site(_site_of_the_module: ServedSite) -> ServedSite:
    """`huiyin serve` with fsync on, two web processes and one task process; migrated, without people's data.

    One for each module, started again if the test before stopped it; a module may name further options of `serve`
    in SERVED_WITH, and stand the site's clock at BEGINNING.
    """
    if _site_of_the_module.process is None:
        _site_of_the_module.start()
    return _site_of_the_module
