"""`POST /api/v1/score`: customers placed by the frozen model of a study."""

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from regulars.locale import words
from regulars.scoring.bodies import EXAMPLES, ScoreRequest
from regulars.scoring.placing import Answers
from regulars.web.access import viewer
from regulars.web.api.answers import body_of
from regulars.web.api.document import body, errors, returns
from regulars.web.api.reading import described, scorer_of
from regulars.web.faces import language_of
from regulars.web.opened import Opened, Shelf, day_asked

router = APIRouter(dependencies=[Depends(described)])
AT_ONCE = 200  # customers that are scored between two other requests; more go to a thread


@router.post(
    "/score",
    summary="Place customers by the frozen model",
    responses=errors(400, 404, 413, 415, 422),
    openapi_extra={**body("ScoreRequest", EXAMPLES), **returns("ScoreAnswer")},
    response_class=Response,
)
async def score(request: Request) -> Response:
    """One customer or up to 100,000: by recency, orders and money, by their orders, or by attributes."""
    viewer(request)
    shelf: Shelf = request.app.state.shelf
    found = shelf.opened(day_asked(request))
    asked = await body_of(request, ScoreRequest)
    answers = _answers(found, request)
    few = len(asked.customers) <= AT_ONCE
    told = answers.answer(asked) if few else await run_in_threadpool(answers.answer, asked)
    return Response(told, media_type="application/json")


def _answers(found: Opened, request: Request) -> Answers:
    language = language_of(request, found.study)

    def make() -> Answers:
        return Answers(scorer_of(found), words(language, found.study.currency))

    return found.once(("answers", language), make)
