"""The OpenAPI document: its schemas come from the very types that read and write the bodies."""

from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi

from regulars.scoring.bodies import ScoreAnswer, ScoreRequest
from regulars.web.access import viewer
from regulars.web.api.models import ANSWERS
from regulars.web.api.run_models import MODELS
from regulars.web.keys import SESSION_COOKIE

router = APIRouter(include_in_schema=False)
_REF = "#/components/schemas/"
TEXTS = ("Message", "Paragraph")  # put into words on the way out
_WHY = {
    304: "The answer is still the one whose `ETag` came as `If-None-Match`; no body",
    400: "The body is no JSON",
    401: "No token was shown",
    403: "This role may not do that",
    404: "There is no such study or customer",
    409: "Another run is writing the shop",
    413: "The body is too long",
    415: "The body is not declared as JSON",
    421: "The server does not go by the name in `Host`",
    422: "Something in the request cannot be",
    429: "Wrong tokens came from this address; `Retry-After` says for how long. A right one never waits",
    503: "The server is busy: runs are waiting, or lists are being prepared",
    507: "The server's disk is full",
}

_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that `regulars serve` shows once. A server that only this machine reaches asks for "
        "none, unless it was started with --sign-in or --name.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "The session of who signed in with a token at /sign-in, as browsers have it.",
    },
}
_SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"session": []}, {}]


def body(name: str, examples: dict[str, Any]) -> dict[str, Any]:
    """The description of a JSON body."""
    content = {"schema": {"$ref": _REF + name}, "examples": examples}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors that an endpoint may answer with, in the one shape; 401, 403, 421 and 429 go without saying."""
    content = {"application/json": {"schema": {"$ref": _REF + "Problem"}}}
    found = {status: {"description": _WHY[status], "content": content} for status in (*statuses, 401, 403, 421, 429)}
    return {status: {"description": _WHY[status]} if status < 400 else told for status, told in found.items()}


def returns(name: str, **more: Any) -> dict[str, Any]:
    """The description of a JSON answer: the schema of that name."""
    content = {"application/json": {"schema": {"$ref": _REF + name}}}
    return {"responses": {"200": {"description": "Done", "content": content}, **more}}


def schemas() -> dict[str, Any]:
    """The schemas of all bodies by name."""
    kinds = (ScoreRequest, ScoreAnswer, *ANSWERS, *MODELS)
    _, found = msgspec.json.schema_components(kinds, ref_template=_REF + "{name}")
    text = {"type": "string"}
    return {
        name: _replaced(schema, {_REF + each: text for each in TEXTS})
        for name, schema in found.items()
        if name not in TEXTS
    }


def _replaced(value: Any, by: dict[str, Any]) -> Any:
    """A schema with some references replaced."""
    if isinstance(value, dict):
        if value.get("$ref") in by:
            return by[value["$ref"]]
        return {name: _replaced(part, by) for name, part in value.items()}
    return [_replaced(part, by) for part in value] if isinstance(value, list) else value


def document(app: FastAPI) -> dict[str, Any]:
    """The description of the API, made once per server."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="Regulars", version=app.version, routes=app.routes,
            description="A shop's customers, segments and actions; customers placed by the frozen model of a study.",
        )  # fmt: skip
        parts = made.setdefault("components", {})
        parts.setdefault("schemas", {}).update(schemas())
        parts["securitySchemes"] = _SCHEMES
        for operations in made["paths"].values():
            for operation in operations.values():
                operation["security"] = _SECURITY
        app.openapi_schema = made
    return app.openapi_schema


@router.get("/openapi.json")
@router.get("/api/v1/openapi.json")
def openapi(request: Request) -> Response:
    """The OpenAPI document of the API."""
    viewer(request)
    return Response(msgspec.json.encode(document(request.app)), media_type="application/json")
