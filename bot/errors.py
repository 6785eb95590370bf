"""Errors that a person reads: each message says what to do.

The docstring of an error is its message; its fields are filled in by name.
"""

import inspect


class AdvisorError(Exception):
    """The advisor could not do that."""

    exit_code = 1

    def __init__(self, **fields: object) -> None:
        message = " ".join(inspect.cleandoc(type(self).__doc__ or "").split())
        super().__init__(message.format(**fields))


class WrongUse(AdvisorError):
    """{problem}."""

    exit_code = 2


class SettingMissing(AdvisorError):
    """{name} is not set, and {what} needs it.

    Set it in the environment; `servicemodel doctor --settings` explains each setting.
    """

    exit_code = 2


class FileUnreadable(AdvisorError):
    """{path} cannot be read: {problem}."""


class NoSuchConversation(AdvisorError):
    """There is no conversation {id!r}. `servicemodel logs list` names them all."""


class PortTaken(AdvisorError):
    """Port {port} on {host} is taken. Stop what listens there, or choose another with --port."""
