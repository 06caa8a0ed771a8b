"""The text of one complaint (诉求): whether it concerns the running of an estate, and which matter it is about."""
