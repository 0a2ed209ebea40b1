"""Tables of a study as files, and its report."""

import tempfile
from pathlib import Path as Folder
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from regulars.commands.export import TABLES
from regulars.exports import Extract, export_table, study_names
from regulars.web.access import Analyst, analyst
from regulars.web.api.answers import Refused, held, tagged
from regulars.web.api.document import errors
from regulars.web.api.reading import described
from regulars.web.audit import note
from regulars.web.faces import say_for
from regulars.web.figures import MEDIA, MOST_ROWS
from regulars.web.opened import OpenedStudy
from regulars.web.steady import Steady

Kind = Literal["csv", "parquet", "xlsx"]
Table = Annotated[str, Path(json_schema_extra={"enum": list(TABLES)})]
_FILE = {"type": "string", "format": "binary"}
router = APIRouter(dependencies=[Depends(analyst), Depends(described)], route_class=Steady)


def file_answer(*kinds: str) -> dict[str, object]:
    """The description of a file."""
    return {"responses": {"200": {"description": "The file", "content": {kind: {"schema": _FILE} for kind in kinds}}}}


@router.get(
    "/tables/{table}.{kind}", summary="A table as CSV, XLSX or Parquet", responses=errors(304, 404, 422),
    openapi_extra=file_answer(*MEDIA.values()), response_class=Response,
)  # fmt: skip
def table(request: Request, found: OpenedStudy, role: Analyst, table: Table, kind: Kind) -> Response:
    """A whole table of the study; texts that a spreadsheet would run are guarded. For analysts."""
    if (name := TABLES.get(table)) is None:
        raise Refused(422, "unknown_table", table=table[:60], known=", ".join(TABLES))
    if not found.has(name.removesuffix(".parquet")):
        raise Refused(404, "no_table", table=table)
    headers = tagged(request, found, MEDIA[kind])
    if known := held(request, headers):
        return known
    say = say_for(request)
    source = found.shop.path_of(found.day, name)
    folder = tempfile.TemporaryDirectory(prefix="regulars-")
    target = Folder(folder.name) / f"{table}.{kind}"
    try:
        extract = Extract(names=study_names(found.study, say.language), most=MOST_ROWS)
        rows = export_table(source, target, kind, say.language, extract=extract)
        note(request, "export", role, table=table, kind=kind, study=found.study.folder, rows=rows)
    except BaseException:
        folder.cleanup()
        raise
    called = f"{table}-{found.study.folder}.{kind}"
    return FileResponse(
        target, headers=headers, media_type=MEDIA[kind], filename=called, background=BackgroundTask(folder.cleanup)
    )


@router.get(
    "/report.html", summary="The report", responses=errors(304, 404, 422), openapi_extra=file_answer("text/html"),
    response_class=Response,
)  # fmt: skip
def report(request: Request, found: OpenedStudy, role: Analyst) -> Response:
    """The study's report: one file that needs no network, downloaded and not shown: it brings a script of its own."""
    headers = tagged(request, found, "text/html")
    if known := held(request, headers):
        return known
    source = found.shop.path_of(found.day, "report.html")
    note(request, "export", role, table="report", kind="html", study=found.study.folder)
    called = f"report-{found.study.folder}.html"
    return FileResponse(source, headers=headers, media_type="text/html", filename=called)
