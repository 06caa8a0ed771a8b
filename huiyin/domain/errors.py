"""The two ways a command is refused, each with the sentence the person will read."""

from __future__ import annotations

from collections.abc import Callable


class Refused(Exception):
    """A command was refused; `message` is a Chinese msgid with %(name)s places filled from `params`."""

    def __init__(self, message: str, *, code: str = "", field: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class NotPermitted(Refused):
    """This person may not do this here. Pages answer 404, so that nothing is disclosed."""


class RuleBroken(Refused):
    """The person may, but the state or a rule does not allow it now. Pages show the sentence beside the form."""


def passes(check: Callable[..., object], *args: object) -> bool:
    """Whether a check lets this through: the rule that refuses a command also says whether its button is drawn."""
    try:
        check(*args)
    except Refused:
        return False
    return True
