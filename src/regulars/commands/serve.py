"""`regulars serve`: the dashboard and the API of a shop."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.commands.options import ShopFolder, say

if TYPE_CHECKING:
    from regulars.web.settings import WebSettings

Host = Annotated[str, typer.Option(help=say("web.cli.host"), metavar="ADDRESS")]
Port = Annotated[int, typer.Option(help=say("web.cli.port"), metavar="N", min=1, max=65535)]
Workers = Annotated[int, typer.Option(help=say("web.cli.workers"), metavar="N", min=1, max=64)]
Names = Annotated[list[str], typer.Option("--name", help=say("web.cli.name"), metavar="HOST", show_default=False)]
SignIn = Annotated[bool, typer.Option("--sign-in", help=say("web.cli.sign_in"))]
Keep = Annotated[int, typer.Option("--keep-uploads", help=say("web_start.cli.keep"), metavar="DAYS", min=1, max=3650)]
Limit = Annotated[int, typer.Option("--upload-limit", help=say("web_start.cli.limit"), metavar="MB", min=1)]
NewTokens = Annotated[bool, typer.Option("--new-tokens", help=say("web.cli.new_tokens"))]


def serve(  # noqa: PLR0913, PLR0917 - one parameter per flag
    shop: ShopFolder = Path("shop"),
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 1,
    name: Names = [],  # noqa: B006 - typer reads the default
    sign_in: SignIn = False,
    new_tokens: NewTokens = False,
    keep_uploads: Keep = 7,
    upload_limit: Limit = 2048,
) -> None:
    """Serves the dashboard until it is interrupted. Raises StoreError where the shop's folder cannot be written."""
    from regulars.errors import UsageError

    try:
        import uvicorn

        from regulars.web.keys import key_of
        from regulars.web.settings import ENVIRONMENT, WebSettings
    except ImportError as error:
        raise UsageError("no_extra", extra="web") from error
    settings = WebSettings(
        shop=shop.resolve(), host=host, port=port, names=tuple(name), sign_in=sign_in,
        upload_limit=upload_limit << 20, keep_uploads_days=keep_uploads,
    )  # fmt: skip
    key_of(settings.shop)  # where it cannot be written, no page could be shown
    _tokens(settings, new_tokens)
    os.environ[ENVIRONMENT] = settings.to_json()
    shown = _typed(host, settings.names)
    shown = f"[{shown}]" if ":" in shown else shown
    typer.echo(say("web.cli.serving", address=f"http://{shown}:{port}"), err=True)
    uvicorn.run(
        "regulars.web.app:from_environment", factory=True, host=host, port=port, workers=workers,
        log_level="warning", server_header=False,
    )  # fmt: skip


def _typed(host: str, names: tuple[str, ...]) -> str:
    """What a colleague types: of a server on all addresses a name that it was given, else this machine's address."""
    import socket

    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - asked for
        return host
    if names:
        return names[0]
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # chooses a way out, sends nothing
            return str(probe.getsockname()[0])
    except OSError:  # no network
        return socket.gethostname()


def _tokens(settings: "WebSettings", anew: bool) -> None:
    """Says how to sign in; tokens are shown when they are made, and never again."""
    if settings.open and not anew:
        return
    from regulars.web.register import Register

    register = Register(settings.shop)
    if register.tokens() and not anew:
        typer.echo(say("web.cli.tokens_stand"), err=True)
    else:
        for role, token in register.new_tokens().items():
            typer.echo(f"{say(f'web.cli.token_{role}')} {token}", err=True)
        typer.echo(say("web.cli.tokens_once"), err=True)
    if not settings.loopback:
        typer.echo(say("web.cli.plain_http"), err=True)
