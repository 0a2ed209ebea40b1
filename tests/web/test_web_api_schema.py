"""The OpenAPI document against the server: schemathesis writes requests, valid ones and others."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from regulars.web.app import create_app
from regulars.web.settings import WebSettings
from web.shops import made_shop

load_all_checks()
# What follows the schema is still refused where the shop has no such segment, mark or attribute, or a file is no table.
SEMANTIC = ("/api/v1/score", "/api/v1/overview", "/api/v1/segments", "/api/v1/customers", "/api/v1/runs",
            "/api/v1/uploads")  # fmt: skip


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Any:
    shop = made_shop(tmp_path_factory.mktemp("schema"), hostile=True, customers=40)
    app = create_app(WebSettings(shop=shop))

    async def local(scope: Any, receive: Any, send: Any) -> None:
        """The server as a program on this machine calls it, whatever the requests call it."""
        if scope["type"] == "http":
            others = [pair for pair in scope["headers"] if pair[0] != b"host"]
            scope = scope | {"headers": [(b"host", b"localhost"), *others]}
        await app(scope, receive, send)

    return schemathesis.openapi.from_asgi("/openapi.json", local)


def attack(api: Any, operation: str, mode: GenerationMode, examples: int) -> None:
    """No 500, and every answer as the document says: status, type, body."""
    method, path = operation.split()
    left_out = [CHECKS.get_one("positive_data_acceptance")] if path in SEMANTIC else []

    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=examples, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck),
              database=None)  # fmt: skip
    def go(case: Any) -> None:
        case.call_and_validate(excluded_checks=left_out)

    go()


OPERATIONS = [
    "POST /api/v1/score", "GET /api/v1/tables/{table}.{kind}", "GET /api/v1/report.html", "GET /api/v1/studies",
    "GET /api/v1/segments", "GET /api/v1/overview", "GET /api/v1/quality", "GET /api/v1/rules", "GET /api/v1/customers",
    "GET /api/v1/customers/{customer_id}", "GET /api/v1/recommendations/{customer_id}",
]  # fmt: skip
RUNS = [
    "PUT /api/v1/uploads", "GET /api/v1/uploads/{key}", "DELETE /api/v1/uploads/{key}", "POST /api/v1/runs",
    "GET /api/v1/runs/{key}", "POST /api/v1/runs/{key}/cancel",
]  # fmt: skip
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


def test_every_operation_is_attacked(api: Any) -> None:
    found = {operation.ok().label for operation in api.get_all_operations()}
    assert found == {*OPERATIONS, *RUNS}


@pytest.mark.parametrize("operation", RUNS)
def test_runs_keep_to_their_document(api: Any, operation: str) -> None:
    attack(api, operation, GenerationMode.POSITIVE, 5)


@pytest.mark.parametrize("mode", MODES, ids=["valid", "invalid"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_api_keeps_to_its_document(api: Any, operation: str, mode: GenerationMode) -> None:
    attack(api, operation, mode, 5)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES, ids=["valid", "invalid"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_api_keeps_to_its_document_in_depth(api: Any, operation: str, mode: GenerationMode) -> None:
    attack(api, operation, mode, 150)
