"""The pages of a study: those of the report, each at its own address."""

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from regulars.pages.business import overview_page
from regulars.pages.models import OverviewPage
from regulars.web.access import viewer
from regulars.web.faces import link, page, say_for
from regulars.web.opened import OpenedStudy

router = APIRouter(include_in_schema=False, dependencies=[Depends(viewer)])


@router.get("/")
def home(request: Request) -> Response:
    """Leads to the overview."""
    return RedirectResponse(link(request, "/overview"), 303)


@router.get("/overview")
def overview(request: Request, found: OpenedStudy) -> HTMLResponse:
    """The business at a glance."""
    say = say_for(request)
    shown: OverviewPage = found.once(("overview", say.language), lambda: overview_page(found.study, say))
    if not shown.blocks:
        raise HTTPException(404)
    return page(request, "web/overview.html.j2", page=shown)
