"""Every error that Regulars raises on purpose; the CLI prints it in the user's language, without a traceback.

    RegularsError                exit code
    ├── UsageError               2   an option, a setting or a file name that cannot be used
    │   ├── SettingsError        2   shop.toml or --set: an unknown name or an impossible value
    │   └── WindowError          2   the days asked for are empty or run backwards
    ├── InputError               3   the file is there but is not understood
    │   └── ColumnError          3   a necessary column cannot be found
    ├── NothingLeftError         4   no valid line is left to analyse
    └── StoreError               5   the shop's folder cannot be written or read
        ├── AbsentError          2   there is no such shop, study or table
        └── LockedError          5   another run is writing this shop

An error says what was found, what was expected and what to type next. Its text is a message of the catalogue
`locale/<language>/errors.toml`, so that it exists in every language.
"""

from collections.abc import Mapping

from regulars.locale import Message, Value, Words, words


class RegularsError(Exception):
    """Base of every error raised on purpose. `key` names a message of `errors.toml`, `values` fill it."""

    exit_code = 1

    def __init__(self, key: str, /, **values: Value) -> None:
        self.message = Message(f"errors.{key}", values)
        super().__init__(key)

    def text(self, say: Words) -> str:
        """The sentence in the language of `say`."""
        return self.message.text(say)

    def __str__(self) -> str:
        return self.text(words("en"))


class UsageError(RegularsError, ValueError):
    """An option, a setting or a file name cannot be used as given."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or has an impossible value."""


class WindowError(UsageError):
    """The days asked for are empty or run backwards."""


class InputError(RegularsError, ValueError):
    """The input is there but cannot be understood."""

    exit_code = 3


class ColumnError(InputError):
    """A necessary column cannot be found in the input."""


class NothingLeftError(RegularsError):
    """No line is a sale: there is nothing to analyse. `fates` counts the lines by what became of them."""

    exit_code = 4

    def __init__(self, fates: Mapping[str, int]) -> None:
        self.fates = dict(fates)
        super().__init__("nothing_left" if fates else "nothing_read", read=sum(fates.values()))

    def text(self, say: Words) -> str:
        """The sentence, with what became of the lines."""
        parts = ", ".join(f"{say(f'reasons.{fate}')} {say.number(lines)}" for fate, lines in self.fates.items())
        return say(self.message.key, **self.message.values, reasons=parts)


class StoreError(RegularsError, OSError):
    """The shop's folder cannot be written or read."""

    exit_code = 5


class AbsentError(StoreError):
    """There is no such shop, study or table."""

    exit_code = 2


class LockedError(StoreError):
    """Another run is writing this shop."""
