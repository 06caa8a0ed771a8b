"""Division codes: the first six digits name a district, nine a street, twelve a community."""

from __future__ import annotations

DISTRICT, STREET, COMMUNITY = 6, 9, 12


def street_of(code: str | None) -> str:
    """The nine digits of the street a code lies in; "" where it names none."""
    return code[:STREET] if code and names_street(code) else ""


def names_street(code: str) -> bool:
    """False for a code of a district, whose digits of the street are noughts or are not there."""
    return len(code) >= STREET and code[DISTRICT:STREET] != "000"
