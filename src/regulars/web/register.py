"""Tokens, sessions and failed logins of a shop's servers: `.web/access.sqlite`, which all workers share.

Nothing in it lets anybody in: tokens stand as salted hashes, sessions and network addresses as keyed hashes.
"""

import hashlib
import hmac
import ipaddress
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from regulars.errors import StoreError
from regulars.web.clock import now
from regulars.web.keys import key_of, own_folder

Role = Literal["viewer", "analyst"]
ROLES: tuple[Role, ...] = ("viewer", "analyst")
SESSION = 12 * 3600  # seconds that a session lasts
WINDOW = 15 * 60  # seconds within which failed logins are counted
FREE = 3  # of them that cost an address nothing: a mistyped token is no attack
LONGEST = 60  # seconds that an address waits at most, so that who shares it with a guesser comes to his turn
_TABLES = """
create table if not exists token (id text primary key, role text not null, salt blob not null, hash blob not null);
create table if not exists session
    (hash text primary key, role text not null, token text not null, ends integer not null);
create table if not exists failure (address text not null, at integer not null);
"""


@dataclass(frozen=True, slots=True)
class Register:
    """The register of one shop. Raises StoreError where its file cannot be used."""

    shop: Path

    def tokens(self) -> int:
        """How many tokens let somebody in."""
        with self._open() as db:
            return int(db.execute("select count(*) from token").fetchone()[0])

    def new_tokens(self) -> dict[Role, str]:
        """A token for each role, to be shown once; those given before, and their sessions, end."""
        made: dict[Role, str] = {}
        with self._open() as db:
            db.execute("delete from token")
            db.execute("delete from session")
            for role in ROLES:
                name, secret, salt = secrets.token_hex(4), secrets.token_urlsafe(32), secrets.token_bytes(16)
                db.execute("insert into token values (?, ?, ?, ?)", (name, role, salt, _hashed(secret, salt)))
                made[role] = f"{name}.{secret}"
        return made

    def role_of(self, token: str) -> Role | None:
        """The role that a token gives. A secret of 256 random bits needs no slow hash, and every request shows one."""
        name, _, secret = token.partition(".")
        with self._open() as db:
            found = db.execute("select role, salt, hash from token where id = ?", (name,)).fetchone()
        if found is None or not hmac.compare_digest(found[2], _hashed(secret, found[1])):
            return None
        return cast(Role, found[0])

    def begin(self, token: str, role: Role) -> str:
        """A new session for somebody who has shown a token: what the cookie holds."""
        value = secrets.token_urlsafe(32)
        with self._open() as db:
            db.execute("delete from session where ends <= ?", (now(),))
            entry = (self._hash(value), role, token.partition(".")[0], now() + SESSION)
            db.execute("insert into session values (?, ?, ?, ?)", entry)
        return value

    def session(self, value: str) -> Role | None:
        """The role of a session that has begun and neither ended nor lost its token."""
        with self._open() as db:
            query = "select s.role from session s join token t on t.id = s.token where s.hash = ? and s.ends > ?"
            found = db.execute(query, (self._hash(value), now())).fetchone()
        return cast(Role, found[0]) if found else None

    def end(self, value: str) -> None:
        """Ends a session."""
        with self._open() as db:
            db.execute("delete from session where hash = ?", (self._hash(value),))

    def wait(self, address: str) -> int:
        """Seconds until another wrong token of an address counts: 1 after the one that is one too many, then 2, 4, ...

        A token's secret is 256 random bits (never fewer than 128): a guess a minute, or a million a second, finds none
        in the life of the sun. The wait keeps the log short, so it need not be long, and a right token never waits.
        """
        with self._open() as db:
            # none of those to come: the clock may have been put back
            query = "select count(*), max(at) from failure where address = ? and at > ? and at <= ?"
            failures, last = db.execute(query, (self._hash(_network(address)), now() - WINDOW, now())).fetchone()
        if failures <= FREE:
            return 0
        ends: int = last + min(2 ** min(failures - FREE - 1, 16), LONGEST)
        return max(ends - now(), 0)

    def failed(self, address: str) -> None:
        """Counts a failed login."""
        with self._open() as db:
            db.execute("delete from failure where at <= ?", (now() - WINDOW,))
            db.execute("insert into failure values (?, ?)", (self._hash(_network(address)), now()))

    def right(self, address: str) -> None:
        """Forgets the failed logins of an address from which a right token has come."""
        with self._open() as db:
            db.execute("delete from failure where address = ?", (self._hash(_network(address)),))

    def _hash(self, value: str) -> str:
        return hmac.new(key_of(self.shop), value.encode(), hashlib.sha256).hexdigest()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        place = own_folder(self.shop) / "access.sqlite"
        try:
            place.touch(mode=0o600)
            with closing(sqlite3.connect(place, timeout=10)) as db, db:
                db.executescript(_TABLES)
                yield db
        except (OSError, sqlite3.Error) as error:
            raise StoreError("cannot_write", path=str(place), why=str(error)) from error


def _network(address: str) -> str:
    """What one owner holds: an address of IPv4, the first half of one of IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:  # a socket's
        return address
    return str(ipaddress.ip_network((address, 64), strict=False)) if known.version == 6 else address


def _hashed(secret: str, salt: bytes) -> bytes:
    return hashlib.sha256(salt + secret.encode()).digest()
