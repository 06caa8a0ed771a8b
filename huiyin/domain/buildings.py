"""How a building is said: who is asked "几号楼" answers "6", and everybody else reads 6号楼."""

from __future__ import annotations


def named(building: str) -> str:
    """ "6" → "6号楼"; what says more than a number stays as it is."""
    building = building.strip()
    return f"{building}号楼" if building.isdecimal() else building
