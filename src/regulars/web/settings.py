"""What a server is told when it starts; its workers receive it as JSON through the environment."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
ENVIRONMENT = "REGULARS_WEB"  # where workers find their settings


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """One server: the shop it shows, where it listens, who it lets in.

    `names` are further host names that requests may call it by; `sign_in` asks for a token on loopback too.
    """

    shop: Path
    host: str = "127.0.0.1"
    port: int = 8000
    names: tuple[str, ...] = ()
    sign_in: bool = False
    memory: str = "128MB"  # of the engine that answers pages
    upload_limit: int = 2 * 1024**3  # bytes
    keep_uploads_days: int = 7

    @property
    def loopback(self) -> bool:
        """Whether only programs on this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def open(self) -> bool:
        """Whether all who reach it are analysts without a token; not where a name tells of a proxy before it."""
        return self.loopback and not self.sign_in and not self.names

    def to_json(self) -> str:
        """The settings as text, for workers."""
        return msgspec.json.encode(self, enc_hook=str).decode()


def settings_from_json(text: str) -> WebSettings:
    """What `to_json` gave."""

    def path(kind: Any, value: Any) -> Any:
        return kind(value)

    return msgspec.json.decode(text, type=WebSettings, dec_hook=path)
