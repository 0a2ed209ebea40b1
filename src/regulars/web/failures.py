"""What an error becomes: a page for people, `{"error": {"code", "message"}}` for programs; never a traceback."""

import errno

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as StarletteException

from regulars.errors import LockedError, RegularsError, StoreError
from regulars.locale import Value, words
from regulars.web.access import role_of, sign_in_address
from regulars.web.faces import language_of, page, say_for
from regulars.web.faults import parameter_fault
from regulars.web.security import HEADERS, for_programs

NO_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
STATUS = {2: 422, 3: 422, 4: 422, 5: 500}
CODES = {"no_study": 404, "no_such_study": 404, "study_file_unknown": 404, "upload_unknown": 404, "job_unknown": 404,
         **dict.fromkeys(("study_no_orders", "study_no_people", "study_no_underserved", "study_no_moves",
                         "moves_apart"), 404),
         "study_no_recommendations": 404, "study_too_little": 404,
         "upload_in_use": 409, "upload_too_large": 413, "jobs_full": 503, "upload_no_room": 507}  # fmt: skip


def install(app: FastAPI) -> None:
    """Registers the answers to errors."""
    app.add_exception_handler(RegularsError, _ours)
    app.add_exception_handler(OSError, _system)
    app.add_exception_handler(StarletteException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unforeseen)


def problem(request: Request, status: int, code: str, message: str) -> Response:
    """An error in the form that the address calls for."""
    if for_programs(request.url.path):
        return JSONResponse({"error": {"code": code, "message": message}}, status)
    return page(request, "web/problem.html.j2", status=status, problem=message, code=status)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, RegularsError)  # noqa: S101 - registered for it
    code = error.message.key.removeprefix("errors.")
    people = request.method == "GET" and not for_programs(request.url.path)
    if code == "no_study" and people and "/start" in request.app.state.paths and role_of(request) == "analyst":
        return RedirectResponse("/start", 303)
    if code == "lists_waiting":
        return _waits(request, code, error.text(say_for(request)), people)
    status = 409 if isinstance(error, LockedError) else STATUS.get(error.exit_code, 500)
    status = CODES.get(code, status)
    message = error.text(say_for(request))
    if isinstance(error, StoreError):  # which folder it is concerns nobody on the network
        message = message.replace(str(request.app.state.settings.shop.resolve()), request.app.state.shelf.shop.name)
    return problem(request, status, code, message)


def _system(request: Request, error: Exception) -> Response:
    """A disk that is full or that may only be read is no fault of the program's; what else there is, the log has."""
    assert isinstance(error, OSError)  # noqa: S101 - registered for it
    if error.errno not in NO_WRITING:
        raise error
    path, why = str(request.app.state.settings.shop.resolve()), error.strerror or str(error)
    answer = _ours(request, StoreError("cannot_write", path=path, why=why))
    answer.status_code = 507
    return answer


def _waits(request: Request, code: str, message: str, people: bool) -> Response:
    """For people a page that asks again by itself, for programs when to ask again."""
    if people:
        answer: Response = page(request, "web/waiting.html.j2", status=202, message=message)
        answer.headers["refresh"] = "1"
    else:
        answer = problem(request, 503, code, message)
        answer.headers["retry-after"] = "2"
    return answer


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteException)  # noqa: S101 - registered for it
    people = request.method == "GET" and not for_programs(request.url.path)
    if error.status_code == 401 and people:
        return RedirectResponse(sign_in_address(request), 303)
    say = say_for(request)
    key = f"web.problem.{error.detail}"
    if not say.has(key):
        key = f"web.problem.{error.status_code}"
    if error.status_code == 401 and not people and say.has(program := f"web.problem.{error.detail}_program"):
        key = program
    told = error.headers or {}
    figures: dict[str, Value] = {"allowed": told.get("Allow", ""), "seconds": int(told.get("retry-after", 0))}
    message = say(key if say.has(key) else "web.problem.400", method=request.method, **figures)
    answer = problem(request, error.status_code, str(error.detail).lower().replace(" ", "_"), message)
    answer.headers.update(error.headers or {})
    if "GET" in told.get("Allow", ""):
        answer.headers["allow"] = f"{told['Allow']}, HEAD"
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    return problem(request, 422, "invalid", parameter_fault(error.errors()[0]).text(say_for(request)))


def _unforeseen(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the log has it
    """Answers from outside of every other layer: with the headers of safety; as plain text where the page fails too."""
    message = words(language_of(request))("web.problem.500")
    try:
        answer = problem(request, 500, "unforeseen", message)
    except Exception:  # what is broken may be what every page needs
        answer = PlainTextResponse(f"{message}\n", 500)
    answer.headers.update({**HEADERS, "cache-control": "no-store"})
    return answer
