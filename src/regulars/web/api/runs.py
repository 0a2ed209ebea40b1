"""Uploads and runs for programs: a file is sent, studied under its id, and watched; never is a path named."""

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from regulars.errors import UsageError
from regulars.web.access import Analyst
from regulars.web.api.answers import Refused, body_of
from regulars.web.api.document import body, errors, returns
from regulars.web.api.run_models import RunError, RunOut, RunRequest, RunStage, UploadOut
from regulars.web.audit import note
from regulars.web.faces import say_for
from regulars.web.faults import Fault
from regulars.web.jobs import Asked, Job, settings_for, stages
from regulars.web.start import jobs_of, uploads_here
from regulars.web.uploads import DAY, Upload, uploads_of

router = APIRouter()
_JSON = "application/json"
_EXAMPLES = {
    "orders": {
        "summary": "One file of order lines",
        "value": {"uploads": ["0" * 32], "settings": {"currency": "IDR", "map": {"ordered_at": "Tanggal"}}},
    }
}
_FILE = {"schema": {"type": "string", "format": "binary"}}


@router.put(
    "/uploads", summary="Send a file", status_code=201, response_class=Response,
    responses=errors(400, 413, 422, 507),
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/octet-stream": _FILE}},
        "responses": {"201": returns("UploadOut")["responses"]["200"]},
    },
)  # fmt: skip
async def upload(request: Request, role: Analyst, name: str = "upload") -> Response:
    """The body is the file as it is: CSV, XLSX or Parquet, also as .gz or .zst. `name` is for showing alone."""
    uploads = await run_in_threadpool(uploads_here, request)
    announced = request.headers.get("content-length", "")
    try:
        arrived = await uploads.receive(request.stream(), name, int(announced) if announced.isdigit() else None)
    except ClientDisconnect as error:
        raise Refused(400, "not_json", why=Fault("ends")) from error
    note(request, "upload", role, files=1, bytes=arrived.bytes)
    return _answer(_upload(arrived, uploads.limits.days), 201)


@router.get(
    "/uploads/{key}", summary="What is known of an upload", response_class=Response, responses=errors(404),
    openapi_extra=returns("UploadOut"),
)  # fmt: skip
def show_upload(request: Request, role: Analyst, key: str) -> Response:  # noqa: ARG001 - lets analysts in
    """Its name, its kind by content, and until when it is kept."""
    uploads = uploads_of(request.app.state.settings)
    return _answer(_upload(uploads.get(key), uploads.limits.days))


@router.delete("/uploads/{key}", summary="Remove an upload", status_code=204, response_class=Response,
               responses=errors(404, 409))  # fmt: skip
def remove_upload(request: Request, role: Analyst, key: str) -> Response:
    """The file is gone; studies that were made from it stand."""
    uploads = uploads_of(request.app.state.settings)
    uploads.get(key)
    if key in jobs_of(request).needed():
        raise UsageError("upload_in_use")
    uploads.remove(key)
    note(request, "upload_removed", role)
    return Response(status_code=204)


@router.post(
    "/runs", summary="Study uploads", status_code=202, response_class=Response,
    responses=errors(400, 404, 413, 415, 422, 503),
    openapi_extra={**body("RunRequest", _EXAMPLES), "responses": {"202": returns("RunOut")["responses"]["200"]}},
)  # fmt: skip
async def start(request: Request, role: Analyst) -> Response:
    """The run begins at once, or waits for its turn; ask for `/runs/{id}` until it has ended."""
    asked = await body_of(request, RunRequest, 1024**2)
    job = await run_in_threadpool(_start, request, asked)
    note(request, "run", role, job=job.id)
    return _answer(_run(request, job), 202, location=f"/api/v1/runs/{job.id}")


@router.get("/runs/{key}", summary="How far a run is", response_class=Response, responses=errors(404),
            openapi_extra=returns("RunOut"))  # fmt: skip
def show(request: Request, role: Analyst, key: str) -> Response:  # noqa: ARG001 - lets analysts in
    """Its state, its progress, and what became of it."""
    return _answer(_run(request, _job(request, key)))


@router.post("/runs/{key}/cancel", summary="Cancel a run", response_class=Response, responses=errors(404),
             openapi_extra=returns("RunOut"))  # fmt: skip
def cancel(request: Request, role: Analyst, key: str) -> Response:
    """The last study stands as it was; a run that has ended stays as it ended."""
    _job(request, key)
    note(request, "cancel", role, job=key)
    return _answer(_run(request, jobs_of(request).cancel(key)))


def _start(request: Request, asked: RunRequest) -> Job:
    uploads = uploads_of(request.app.state.settings)
    orders = tuple(uploads.get(key).id for key in dict.fromkeys(asked.uploads))
    customers = uploads.get(asked.customers).id if asked.customers else None
    if not orders and customers is None:
        raise UsageError("nothing_uploaded")
    language = say_for(request).language
    what = Asked(kind="run", orders=orders, customers=customers, settings=asked.settings, language=language,
                 refit=asked.refit)  # fmt: skip
    settings_for(request.app.state.settings.shop, what)  # refused before it runs
    return jobs_of(request).start(what)


def _job(request: Request, key: str) -> Job:
    job = jobs_of(request).get(key)
    if job.asked.kind != "run":
        raise UsageError("job_unknown")
    return job


def _upload(upload: Upload, days: int) -> UploadOut:
    return UploadOut(upload.id, upload.name, upload.kind, upload.bytes, upload.at, upload.at + days * DAY)  # type: ignore[arg-type]


def _run(request: Request, job: Job) -> RunOut:
    told, problem = job.told, job.told.problem if job.told else None
    log = tuple(RunStage(stage, seconds) for stage, seconds in stages(told).items())
    error = RunError(problem.code, problem.texts[say_for(request).language]) if problem else None
    return RunOut(job.id, job.state, job.ahead, job.stage, round(job.share, 3), job.left, job.at, log, error,
                  told.study if told else None, bool(told and told.lists_gone))  # fmt: skip


def _answer(what: UploadOut | RunOut, status: int = 200, **headers: str) -> Response:
    return Response(msgspec.json.encode(what), status, headers, media_type=_JSON)
