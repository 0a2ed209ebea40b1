"""Who may see what: everybody on loopback; elsewhere whoever shows a token, as viewer or analyst."""

from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from regulars.web.audit import note
from regulars.web.keys import SESSION_COOKIE
from regulars.web.register import SESSION, Register
from regulars.web.register import Role as Role


def role_of(request: Request) -> Role | None:
    """The role of whoever asks; None: nobody we know. A request that a proxy passed on is not from this machine."""
    if not hasattr(request.state, "role"):
        request.state.role = None  # for the page that says so, where it cannot be told
        request.state.role = _role(request)
    found: Role | None = request.state.role
    return found


def _role(request: Request) -> Role | None:
    passed_on = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    if request.app.state.settings.open and not passed_on:
        return "analyst"
    register = _register(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _bearer(register, token.strip(), request)
    cookie = request.cookies.get(SESSION_COOKIE)
    return register.session(cookie) if cookie else None


def _bearer(register: Register, token: str, request: Request) -> Role | None:
    """The role of a token. A right one never waits, whoever guesses from the same address; a wrong one does."""
    if role := register.role_of(token):
        return role
    address = _address(request)
    if wait := register.wait(address):
        raise HTTPException(429, "barred", {"retry-after": str(wait)})
    register.failed(address)
    note(request, "sign_in_failed", "none")
    return None


def viewer(request: Request) -> Role:
    """Lets in whoever may look."""
    if (role := role_of(request)) is None:
        shown = "authorization" in request.headers
        raise HTTPException(401, "token" if shown else "sign_in", {"www-authenticate": "Bearer"})
    return role


def analyst(request: Request) -> Role:
    """Lets in whoever may also run, download and change."""
    if viewer(request) != "analyst":
        raise HTTPException(403, "role")
    return "analyst"


def masked(role: Role) -> bool:
    """Whether personal columns (e-mail, phone, name) are hidden from this role."""
    return role != "analyst"


Viewer = Annotated[Role, Depends(viewer)]
Analyst = Annotated[Role, Depends(analyst)]


def _register(request: Request) -> Register:
    return Register(request.app.state.settings.shop)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def ask(request: Request) -> Response:
    """The page that asks for a token."""
    return _form(request, 200, "")


@router.post("/sign-in")
def sign_in(request: Request, token: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Begins a session for whoever shows a token."""
    register, address = _register(request), _address(request)
    role = register.role_of(token.strip())
    if role is None:
        if wait := register.wait(address):
            note(request, "sign_in_barred", "none")
            return _form(request, 429, "barred", wait)
        register.failed(address)
        note(request, "sign_in_failed", "none")
        return _form(request, 401, "wrong", register.wait(address))
    register.right(address)
    note(request, "sign_in", role)
    response = RedirectResponse(_next(request), 303)
    secure = request.url.scheme == "https"
    value = register.begin(token.strip(), role)
    response.set_cookie(SESSION_COOKIE, value, max_age=SESSION, httponly=True, samesite="strict", secure=secure)
    return response


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Ends the session."""
    if cookie := request.cookies.get(SESSION_COOKIE):
        _register(request).end(cookie)
        note(request, "sign_out", "none")
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
    return response


def sign_in_address(request: Request) -> str:
    """Where to sign in so that one comes back to this page."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(here, safe='')}"


def _next(request: Request) -> str:
    """Where to go after signing in: an address of ours, whatever the query says."""
    wanted = request.query_params.get("next", "/")
    try:
        parts = urlsplit(wanted)
    except ValueError:  # no address at all
        return "/"
    ours = not parts.scheme and not parts.netloc and wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if ours and wanted.isprintable() else "/"


def _form(request: Request, status: int, problem: str, wait: int = 0) -> Response:
    """The page that asks for a token; `wait` are the seconds until one is looked at."""
    from regulars.web.faces import page  # faces asks here who somebody is

    answer = page(request, "web/sign_in.html.j2", status=status, problem=problem, wait=wait, next=_next(request))
    if wait:
        answer.headers["retry-after"] = str(wait)
    return answer
