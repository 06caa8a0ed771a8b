"""A bare Django project: what a list, a record, a form and a poll cost before anybody writes a feature."""
