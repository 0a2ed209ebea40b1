"""The JSON API: everything below /api/v1, and its description."""

from fastapi import APIRouter, Depends, FastAPI, Request, Response

from regulars.web.api import document, downloads, reading, runs, score
from regulars.web.api.answers import Refused
from regulars.web.faces import say_for

router = APIRouter()
router.include_router(document.router)
for _part in (score.router, downloads.router, runs.router, reading.router):
    router.include_router(_part, prefix="/api/v1", dependencies=[Depends(reading.only_known)])


def install(app: FastAPI) -> None:
    """Registers the answer to a refused request."""
    app.add_exception_handler(Refused, _refused)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - registered for it
    return error.answer(request, say_for(request))
