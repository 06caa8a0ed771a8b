"""Places in the words of a complaint: which estate it is about, by a list of estates or without one."""

from huiyin.language.places.gazetteer import Gazetteer, Place
from huiyin.language.places.unknown import find_estate_names

__all__ = ["Gazetteer", "Place", "find_estate_names"]
