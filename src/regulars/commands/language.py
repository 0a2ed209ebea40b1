"""In which language a command speaks: as asked, else as its shop does, else as the terminal does."""

import tomllib
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from regulars.errors import StoreError
from regulars.locale import LANGUAGES, Language, spoken


def language_for(shop: Path | None) -> Language:
    """The language of a shop, else of the terminal."""
    return (shop_language(shop) if shop else None) or spoken()


def shop_language(folder: Path) -> Language | None:
    """What `shop.toml` says, else the language of the latest study; None where neither is there."""
    with suppress(OSError, ValueError):
        text = (folder / "shop.toml").read_text(encoding="utf-8-sig")
        if told := _known(tomllib.loads(text).get("language")):
            return told
    with suppress(OSError, ValueError, StoreError):
        return _of_latest(folder)
    return None


def asked(arguments: Sequence[str]) -> Language:
    """The language that arguments ask for, before they are understood: by `--lang`, else by the shop they name."""
    return _known(_value("--lang", arguments)) or language_for(Path(_value("--shop", arguments) or "shop"))


def wished(arguments: Sequence[str]) -> Language:
    """As `asked`, without a look into the shop: for the help, which no shop is needed for."""
    return _known(_value("--lang", arguments)) or spoken()


def _value(flag: str, arguments: Sequence[str]) -> str | None:
    for name, following in pairwise([*arguments, ""]):
        if name == flag:
            return following
        if name.startswith(f"{flag}="):
            return name.removeprefix(f"{flag}=")
    return None


def _of_latest(folder: Path) -> Language | None:
    """Read without the rest of the study, which may be large."""
    import msgspec

    from regulars.shop import open_shop

    class Said(msgspec.Struct):
        settings: dict[str, Any]

    day, _ = open_shop(folder).mark()
    found = msgspec.json.decode((folder / "studies" / day / "study.json").read_bytes(), type=Said)
    return _known(found.settings.get("language"))


def _known(text: object) -> Language | None:
    return next((language for language in LANGUAGES if language == text), None)
