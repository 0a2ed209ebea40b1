"""`regulars serve`: the dashboard and the API of a shop."""

import os
from pathlib import Path
from typing import Annotated

import typer

from regulars.commands.options import ShopFolder, say

Host = Annotated[str, typer.Option(help=say("web.cli.host"), metavar="ADDRESS")]
Port = Annotated[int, typer.Option(help=say("web.cli.port"), metavar="N")]


def serve(
    shop: ShopFolder = Path("shop"),
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Serves the dashboard until it is interrupted."""
    from regulars.errors import UsageError

    try:
        import uvicorn

        from regulars.web.settings import ENVIRONMENT, WebSettings
    except ImportError as error:
        raise UsageError("no_extra", extra="web") from error
    settings = WebSettings(shop=shop.resolve(), host=host, port=port)
    os.environ[ENVIRONMENT] = settings.to_json()
    typer.echo(say("web.cli.serving", address=f"http://{host}:{port}"), err=True)
    uvicorn.run(
        "regulars.web.app:from_environment", factory=True, host=host, port=port, log_level="warning",
        server_header=False, date_header=True,
    )  # fmt: skip
