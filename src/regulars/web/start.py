"""The start page: files arrive, are shown as they were read, corrected, run, and watched until the result stands."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from regulars.analysis import UNDATED
from regulars.errors import RegularsError, StoreError, UsageError
from regulars.locale import Words
from regulars.recommending import listable, listed
from regulars.schema import NAMES
from regulars.settings import Settings
from regulars.shop import Day, Shop
from regulars.web.access import Analyst, analyst
from regulars.web.audit import note
from regulars.web.faces import link, page, say_for, study_of
from regulars.web.jobs import WEIGHTS, Asked, Job, Jobs, settings_for, stages, uploads_in
from regulars.web.looks import Seen
from regulars.web.problems import said
from regulars.web.start_view import CURRENCIES, reading
from regulars.web.studies import currencies_apart
from regulars.web.uploads import Upload, Uploads, uploads_of

router = APIRouter(prefix="/start", include_in_schema=False, dependencies=[Depends(analyst)])
# settings that the page asks for; those that are kept for the next file
CHOICES = ("currency", "returns", "as_of", "date_order", "decimal", "amount_is", "sheet",
           "duplicates", "cancelled", "non_sales", "zero_prices")  # fmt: skip
KEPT = frozenset({"map", "kinds", *CHOICES}) - {"as_of", "sheet"}
_USUAL = Settings()
RECENT = 8  # studies and jobs that are listed
_COPY = 1 << 20


class _Brief(msgspec.Struct):
    """What a list says of a study."""

    as_of: str | None
    currency: str | None
    customers: int
    orders: int
    net_revenue: float | None


@dataclass(frozen=True, slots=True)
class Recent:
    """A study in the list of the start page."""

    day: str
    label: str
    facts: str


def jobs_of(request: Request) -> Jobs:
    """The jobs of the server's shop."""
    return Jobs(request.app.state.settings.shop)


def uploads_here(request: Request) -> Uploads:
    """The uploads of the server's shop, the old ones removed."""
    uploads, jobs = uploads_of(request.app.state.settings), jobs_of(request)
    uploads.sweep(jobs.needed())
    jobs.sweep()
    return uploads


@router.get("")
def start(request: Request) -> HTMLResponse:
    """Where a file is dropped, and what was done lately."""
    say, uploads = say_for(request), uploads_here(request)
    running = [job for job in jobs_of(request).all() if not job.ended]
    names = {job.id: names_of(job, uploads) for job in running}
    limits = {"mb": uploads.limits.bytes / 2**20, "days": uploads.limits.days}
    shop = request.app.state.shelf.shop
    studies = recent_studies(shop, say)
    found = study_of(request)
    day = found.study.folder if found and listable(found.study) else None
    why = currencies_apart(request, found.study) if found else None
    return page(request, "web/start.html.j2", running=running, names=names, recent=studies, limits=limits, day=day,
                insights=_told(studies, shop.studies(), say, why))  # fmt: skip


@router.post("/uploads")
async def receive(request: Request, role: Analyst) -> Response:
    """Files from a form, for browsers without scripts; leads to how they are read."""
    uploads = await run_in_threadpool(uploads_here, request)
    async with request.form() as form:
        files = [file for file in form.getlist("file") if not isinstance(file, str) and file.filename]
        if not files:
            return failed(request, UsageError("nothing_uploaded"))
        try:
            arrived = [await uploads.receive(_chunks(file), file.filename or "", file.size) for file in files]
        except RegularsError as error:
            return failed(request, error)
    job = await run_in_threadpool(_first_look, request, [upload.id for upload in arrived])
    note(request, "upload", role, files=len(arrived), bytes=sum(upload.bytes for upload in arrived))
    return to_job(request, job)


@router.post("/looks")
async def first_look(request: Request) -> Response:
    """A first look at files that have arrived."""
    form = await request.form()
    keys = [str(key) for key in form.getlist("upload")]
    try:
        return to_job(request, await run_in_threadpool(_first_look, request, keys))
    except RegularsError as error:
        return failed(request, error)


@router.post("/lists")
async def lists(request: Request, role: Analyst) -> Response:
    """Finds the next products of a study's customers, as a job."""
    form = await request.form()
    language, day = say_for(request).language, str(form.get("study", ""))

    def begin() -> Job:
        shop = request.app.state.shelf.shop
        if day not in {str(one) for one in shop.studies()}:
            raise UsageError("recommend_no_orders")
        return jobs_of(request).start(Asked(kind="lists", study=day, language=language))

    try:
        job = await run_in_threadpool(begin)
    except RegularsError as error:
        return failed(request, error)
    note(request, "lists", role, job=job.id)
    return to_job(request, job)


@router.get("/{key}")
def show(request: Request, key: str) -> HTMLResponse:
    """A look or a run: how far it is, then what it found."""
    job, say = jobs_of(request).get(key), say_for(request)
    names = names_of(job, uploads_of(request.app.state.settings))
    context: dict[str, Any] = {"job": job, "names": names, **_about(request, job, say)}
    if job.asked.kind == "look" and job.state == "done":
        seen = seen_of(request, job)
        given = {} if seen.dropped else job.asked.settings.get("map", {})
        return page(
            request, "web/start_look.html.j2", reading=reading(seen, given, say),
            kept=job.asked.sort and any(getattr(_USUAL, name) != it for name, it in job.asked.settings.items()),
            trouble=seen.problem.texts[say.language] if seen.problem else "", asked=job.asked,
            studied=bool(seen.orders and request.app.state.shelf.shop.studies()),
            listed=[say.day(day) for day in sorted(listed(request.app.state.settings.shop))] if seen.orders else [],
            settings=settings_for(request.app.state.settings.shop, job.asked), currencies=_currencies(say), **context,
        )  # fmt: skip
    return page(request, "web/start_job.html.j2", **context)


@router.get("/{key}/progress")
def progress(request: Request, key: str) -> HTMLResponse:
    """The part of the page that is asked for again and again; once the job has ended it leads on."""
    job, say = jobs_of(request).get(key), say_for(request)
    context: dict[str, Any] = {"job": job, **_about(request, job, say)}
    answer = page(request, "web/start_progress.html.j2", **context)
    if job.state == "done" and job.asked.kind != "look" and not context["gone"]:
        answer.headers["hx-redirect"] = context["result"]
    elif job.ended:
        answer.headers["hx-refresh"] = "true"
    return answer


@router.post("/{key}/look")
async def look_again(request: Request, key: str) -> Response:
    """Another look, with what was corrected."""
    return await _next(request, key, "look")


@router.post("/{key}/run")
async def run(request: Request, key: str, role: Analyst) -> Response:
    """Runs the files of a look, with what was corrected."""
    answer = await _next(request, key, "run")
    note(request, "run", role, job=answer.headers.get("location", "")[-32:])
    return answer


@router.post("/{key}/cancel")
def cancel(request: Request, key: str, role: Analyst) -> Response:
    """Ends a job."""
    job = jobs_of(request).cancel(key)
    note(request, "cancel", role, job=key)
    return to_job(request, job)


async def _next(request: Request, key: str, kind: Any) -> Response:
    form = await request.form()

    def begin() -> Job:
        job = jobs_of(request).get(key)
        asked = corrected(job.asked, seen_of(request, job), form)
        settings_for(request.app.state.settings.shop, asked)  # refused here, where the form is still at hand
        return jobs_of(request).start(replace(asked, kind=kind, look=key, language=say_for(request).language))

    try:
        return to_job(request, await run_in_threadpool(begin))
    except RegularsError as error:
        return failed(request, error, back=f"/start/{key}")


def corrected(asked: Asked, seen: Seen, form: FormData) -> Asked:
    """What was asked, with what the form says: what each file is, which column is what, and the settings."""
    kinds = {file.upload: str(form.get(f"kind.{file.upload}", file.kind)) for file in seen.files}
    tables = [key for key, kind in kinds.items() if kind == "customers"]
    if len(tables) > 1:
        raise UsageError("two_tables")
    given: dict[str, str] = {} if seen.dropped else dict(asked.settings.get("map", {}))
    found = {mapped.column: mapped.header for mapped in seen.orders.layout.mapping} if seen.orders else {}
    for column in NAMES:
        header = form.get(f"map.{column}")
        if isinstance(header, str) and header != given.get(column, found.get(column, "")):
            given[column] = header
    chosen = {name: value for name in CHOICES if isinstance(value := form.get(name), str) and value.strip()}
    settings = {**{n: v for n, v in asked.settings.items() if n not in {*CHOICES, "map", "kinds"}}, **chosen}
    tabled = {"map": given, "kinds": _kinds(asked, seen, form)}
    who = form.get("who")
    return replace(
        asked,
        orders=tuple(key for key in kinds if key not in tables),
        customers=tables[0] if tables else None,
        sort=False,
        settings=settings | {name: table for name, table in tabled.items() if table},
        who=str(who) if who and tables else None,
        refit=bool(form.get("refit")),
    )


def _kinds(asked: Asked, seen: Seen, form: FormData) -> dict[str, str]:
    """What the columns of the customer table were said to hold; fields are named by place, for headers are hostile."""
    given: dict[str, str] = dict(asked.settings.get("kinds", {}))
    for place, each in enumerate(seen.customers.attributes if seen.customers else ()):
        kind, header = form.get(f"column.{place}"), str(each.header)
        if isinstance(kind, str) and kind != given.get(header, each.kind):
            given[header] = kind
    return given


def seen_of(request: Request, job: Job) -> Seen:
    """What a look found. Raises a 404 where it is no look, has found nothing, or wrote it down in another version."""
    try:
        return msgspec.json.decode(jobs_of(request).seen(job.id) or b"", type=Seen)
    except msgspec.MsgspecError as error:
        raise HTTPException(404) from error


def names_of(job: Job, uploads: Uploads) -> tuple[str, ...]:
    """What the files of a job are called."""
    known: dict[str, Upload] = {}
    for key in uploads_in(job.asked):
        try:
            known[key] = uploads.get(key)
        except UsageError:  # removed, its time being over
            continue
    return tuple(upload.name for upload in known.values())


def steps(job: Job, say: Words) -> list[tuple[str, str, str]]:
    """The stages of a run: done, now or later; what each is called; the seconds that it took."""
    if job.asked.kind != "run" or job.told is None:
        return []
    took, rows = stages(job.told), []
    for stage in WEIGHTS:
        seconds = took.get(stage)
        state = "later" if stage not in took else "now" if seconds is None else "done"
        spent = "" if seconds is None else say("web_start.job.seconds", seconds=seconds)
        rows.append((state, say(f"cli.stages.{stage}"), spent))
    return rows


def result_of(request: Request, job: Job) -> str:
    """Where the result of a run, or of lists, is shown."""
    where = "/recommend" if job.asked.kind == "lists" else "/"
    return link(request, where, study=job.told.study) if job.told and job.told.study else ""


def _about(request: Request, job: Job, say: Words) -> dict[str, Any]:
    """What is shown of a job wherever it stands: its stages, its result, the look that it came from."""
    look = job.asked.look if job.asked.look and jobs_of(request).known(job.asked.look) else None
    gone = bool(job.told and job.told.lists_gone)
    day = job.told.study if job.told and gone and job.told.study not in listed(jobs_of(request).shop) else None
    return {"steps": steps(job, say), "result": result_of(request, job), "look": look, "gone": gone, "day": day}


def recent_studies(shop: Shop, say: Words) -> list[Recent]:
    """The latest studies, the newest first."""
    found = []
    days: list[Day] = [*reversed(shop.studies()), UNDATED]
    for day in days[: RECENT + 1]:
        try:
            place = shop.path_of(day, "customers.parquet", check=False).with_name("study.json")
            brief = msgspec.json.decode(place.read_bytes(), type=_Brief)
        except (StoreError, OSError, msgspec.MsgspecError):
            continue
        own = type(say)(say.language, brief.currency)
        key = "facts" if brief.net_revenue is not None else "facts_no_money" if brief.orders else "facts_table"
        facts = own(f"web_start.recent.{key}", customers=brief.customers, orders=brief.orders, net=brief.net_revenue)
        label = say("web_start.recent.undated") if day == UNDATED else say.day(str(day))
        found.append(Recent(str(day), label, facts))
    return found


def _told(recent: Sequence[Recent], days: Sequence[date], say: Words, why: RegularsError | None) -> tuple[str, ...]:
    """What the shop has so far, and what another file would add, or why the latest two are not compared."""
    latest = next((one for one in recent if days and one.day == str(days[-1])), None)
    if latest is None:
        return ()
    more = say("web_start.recent.more", n=len(days), first=say.day(days[0])) if len(days) > 1 else ""
    more = why.text(say) if why else more
    return (say("web_start.recent.latest", label=latest.label, facts=latest.facts),
            more or say("web_start.recent.single"))  # fmt: skip


def to_job(request: Request, job: Job) -> Response:
    """Leads to the page of a job."""
    return RedirectResponse(link(request, f"/start/{job.id}", study=None), 303)


def failed(request: Request, error: RegularsError, back: str = "/start") -> Response:
    """An error of what a form asked for, as a sentence and a way back."""
    say = say_for(request)
    return page(request, "web/start_failed.html.j2", status=422, problem=said(error, say), back=back)


def _first_look(request: Request, keys: list[str]) -> Job:
    uploads = uploads_of(request.app.state.settings)
    if not keys:
        raise UsageError("nothing_uploaded")
    jobs, language = jobs_of(request), say_for(request).language
    orders = tuple(uploads.get(key).id for key in dict.fromkeys(keys))
    return jobs.start(Asked(kind="look", orders=orders, sort=True, settings=kept_settings(jobs), language=language))


def kept_settings(jobs: Jobs) -> dict[str, Any]:
    """What was corrected for the last run that was done, so that next month's file need not be corrected again."""
    last = next((job for job in jobs.all() if job.asked.kind == "run" and job.state == "done"), None)
    return {name: value for name, value in last.asked.settings.items() if name in KEPT} if last else {}


def _currencies(say: Words) -> list[tuple[str, str]]:
    from babel.numbers import get_currency_name

    return [(code, f"{code} · {get_currency_name(code, locale=say.locale)}") for code in CURRENCIES]


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_COPY):
        yield chunk
