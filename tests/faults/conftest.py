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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.fault)


@pytest.fixture
def private_folder() -> Iterator[Path]:
    """A folder the server's own account can reach, short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-fault-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site(private_folder: Path) -> Iterator[ServedSite]:
    """`huiyin serve` with fsync on, two web processes and one task process; already migrated, without data."""
    stored = prepared_cluster.stored()
    (private_folder / "var").mkdir(mode=0o755)
    subprocess.run(["cp", "-a", stored / "postgres", private_folder / "var" / "postgres"], check=True)
    served = ServedSite(private_folder)
    served.start()
    yield served
    served.stop()
