"""What the endpoints of uploads and runs read and answer."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

MOST_FILES = 200
_Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$", description="The id that an upload was given")]


class UploadOut(Struct):
    """A file that has arrived: `kind` by its content, `at` and `until` in seconds since 1970."""

    id: str
    name: str
    kind: Literal["text", "workbook", "parquet"]
    bytes: int
    at: int
    until: int


class RunRequest(Struct, forbid_unknown_fields=True):
    """What to study: uploads of order lines, an upload of a customer table, or both.

    `settings` are those of shop.toml and come on top of the shop's own, as {"currency": "IDR", "map": {"ordered_at":
    "Tanggal"}}; `refit` learns cut points and clusters anew.
    """

    uploads: Annotated[list[_Id], Meta(max_length=MOST_FILES)] = field(default_factory=list)
    customers: _Id | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    refit: bool = False


class RunError(Struct):
    """Why a run failed."""

    code: str
    message: str


class RunStage(Struct):
    """A stage of a run that has begun; `seconds` it took, null while it goes on."""

    stage: str
    seconds: float | None


class RunOut(Struct):
    """A run as it stands. `ahead` are the runs it waits for, `progress` 0 to 1, `study` the study that it made.

    `lists_gone`: the former study of that day had next products, which went with it.
    """

    id: str
    state: Literal["waiting", "working", "done", "failed", "cancelled", "killed"]
    ahead: int
    stage: str | None
    progress: float
    seconds_left: int | None
    at: int
    log: tuple[RunStage, ...]
    error: RunError | None
    study: str | None
    lists_gone: bool


MODELS = (UploadOut, RunRequest, RunOut)
