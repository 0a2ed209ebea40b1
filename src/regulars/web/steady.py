"""Answers about one study each, also while a run puts another one in its place."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from regulars.errors import RegularsError, StoreError
from regulars.web.security import SAFE_METHODS

TRIES = 3


class Steady(APIRoute):
    """A route that answers anew where the study it read was replaced meanwhile: what it has may be of either."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, asked again where need be. Raises RegularsError `lists_waiting`."""
        make = super().get_route_handler()

        async def answered(request: Request) -> Response:
            if request.method not in SAFE_METHODS:
                return await make(request)
            for _ in range(TRIES):
                try:
                    answer = await make(request)
                except Exception:  # also for want of a file that was there
                    if not await run_in_threadpool(replaced, request):
                        raise
                    continue
                if not await run_in_threadpool(replaced, request):
                    return answer
                if answer.background:
                    await answer.background()
            raise RegularsError("lists_waiting")

        return answered


def replaced(request: Request) -> bool:
    """Whether the study that a request has opened is another one by now, or gone."""
    found = getattr(request.state, "opened", None)
    if found is None:
        return False
    try:
        return bool(found.shop.mark(found.day)[1] != found.checksum)
    except StoreError:
        return True
