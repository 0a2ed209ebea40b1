"""The house rules: budgets, who may name an engine, what SQL may say, what a wheel holds, what an import loads."""

import ast
import hashlib
import json
import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import pytest
import sqlglot
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokens import TokenType

from regulars.engine import Engine
from regulars.locale import LANGUAGES, words
from regulars.steps import has_twin

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "regulars"
MODULES = sorted(SRC.rglob("*.py"))
STEPS = sorted(path for path in SRC.rglob("*.sql") if not path.name.endswith(".spark.sql"))

# Longer or wider than the budget, each with its reason.
LARGE: dict[str, str] = {
    "analysis.py: analyse": "one line per field of the study",
    "people_analysis.py: analyse_table": "one line per field of the study",
}
# Where else an engine may be named: the user chooses one, or files are read and written through it, with its errors.
NAMES_ENGINES = {"engine.py", "api.py", "commands/run.py", "exports.py", "running.py", "steps.py", "tablefile.py"}
NAMES_ENGINES_BELOW = "sources"
# Where the clock, or another process, is part of the job.
CLOCKS: dict[str, str] = {"web/clock.py": "sessions end, a log has a time"}
PROCESSES: dict[str, str] = {
    "web/jobs.py": "a run outlives the server: a process of its own, told only a folder of ours"
}


def name_of(path: Path) -> str:
    return str(path.relative_to(SRC))


@dataclass(frozen=True)
class Parsed:
    name: str
    tree: ast.Module


def parsed() -> Iterator[Parsed]:
    for path in MODULES:
        yield Parsed(name_of(path), ast.parse(path.read_text(encoding="utf-8")))


def docstrings(tree: ast.AST) -> set[int]:
    """The ids of the constants that are docstrings."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }


# --- budgets ---------------------------------------------------------------------------------------------------------


def test_no_module_is_longer_than_its_budget() -> None:
    long = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in long.items() if lines > 400 and name not in LARGE} == {}


def test_no_function_is_longer_or_wider_than_its_budget() -> None:
    over = []
    for module in parsed():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            names = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            parameters = [name for name in names if name.arg not in {"self", "cls"}]
            key = f"{module.name}: {node.name}"
            wide = len(parameters) > 6 and not module.name.startswith("commands/")  # there: one parameter per flag
            if (lines > 40 or wide) and key not in LARGE:
                over.append((key, lines, len(parameters)))
    assert over == []


# --- who may name what -----------------------------------------------------------------------------------------------


def names_in(node: ast.AST) -> list[str]:
    """The names and texts that one node of a program holds."""
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom():
            return [node.module or ""]
        case ast.Name():
            return [node.id]
        case ast.Attribute():
            return [node.attr]
        case ast.Constant(value=str(value)):
            return [value]
        case _:
            return []


def test_engines_are_named_in_one_file() -> None:
    found = []
    for module in parsed():
        if module.name in NAMES_ENGINES or module.name.startswith(NAMES_ENGINES_BELOW):
            continue
        said = docstrings(module.tree)
        for node in ast.walk(module.tree):
            names = [] if id(node) in said else names_in(node)
            found += [(module.name, name) for name in names if re.search(r"\b(duckdb|(py)?spark)\b", name)]
    assert found == []


BANNED_IMPORTS = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "random"}
BANNED_CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
CLOCK_CALLS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("time", "localtime")}


def test_nothing_pickles_evaluates_or_runs_a_shell() -> None:
    found = []
    for module in parsed():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                tops = {name.split(".")[0] for name in names}
                found += [(module.name, top) for top in tops & BANNED_IMPORTS]
                if "subprocess" in tops and module.name not in PROCESSES:
                    found.append((module.name, "subprocess"))
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name) and node.func.id in BANNED_CALLS:
                    found.append((module.name, node.func.id))
                if isinstance(node.func, ast.Attribute) and node.func.attr in {"system", "popen"}:
                    found.append((module.name, node.func.attr))
                if any(keyword.arg == "shell" for keyword in node.keywords):
                    found.append((module.name, "shell="))
    assert found == []


def test_no_analysis_asks_a_clock() -> None:
    found = []
    for module in parsed():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                if (owner, node.attr) in CLOCK_CALLS and module.name not in CLOCKS:
                    found.append((module.name, f"{owner}.{node.attr}"))
    assert found == []
    sql = [name_of(path) for path in STEPS if re.search(r"\b(now|today|current_date|random)\b\(?", sql_text(path))]
    assert sql == []


# --- the words -------------------------------------------------------------------------------------------------------


def keys_used() -> Iterator[tuple[str, str]]:
    """Every key that a module names as a constant: Message("a.b"), say("a.b"), SomeError("key")."""
    errors = {"RegularsError"}
    for node in ast.walk(ast.parse((SRC / "errors.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            errors.add(node.name)
    for module in parsed():
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            key = node.args[0].value
            if called in errors and module.name != "errors.py":
                yield module.name, f"errors.{key}"
            if called in {"Message", "say"} and isinstance(key, str):
                yield module.name, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_the_code_names_has_words(language: str) -> None:
    say = words(language)
    assert sorted({use for use in keys_used() if not say.has(use[1])}) == []


# --- the steps -------------------------------------------------------------------------------------------------------


def sql_text(path: Path) -> str:
    """A step without its comments."""
    return re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))


def step_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", STEPS, ids=step_of)
def test_a_step_says_what_it_gives_and_reads(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = "\n".join(line for line in lines[: next(i for i, x in enumerate(lines) if not x.startswith("--"))])
    assert re.match(rf"-- {path.stem}\b", head), f"the head of {path.name} begins with its name"
    assert re.search(r"^-- reads\b", head, re.MULTILINE), f"the head of {path.name} says what it reads"


@pytest.mark.parametrize("path", [path for path in STEPS if path.parent.name != "sources"], ids=step_of)
def test_a_step_has_a_text_for_every_engine(path: Path) -> None:
    if has_twin(step_of(path)):
        twin = path.with_suffix(".spark.sql").read_text(encoding="utf-8")
        assert len(sqlglot.parse(twin, read="spark")) == 1
        assert set(re.findall(r":(\w+)", sql_of_twin(twin))) <= set(re.findall(r"\$(\w+)", sql_text(path)))
    else:
        spark = sqlglot.transpile(path.read_text(encoding="utf-8"), read="duckdb", write="spark")
        assert len(spark) == 1


def sql_of_twin(twin: str) -> str:
    """A twin without comments and casts, so that only parameters stand after a colon."""
    return re.sub(r"--[^\n]*|::", "", twin)


# What steps without a twin may call: each stands here with an expression that both engines must answer alike. A new
# function is allowed by adding its line; one that the engines answer differently needs a twin instead.
COMPARED: dict[str, str] = {
    "abs": "abs(min(x))",
    "arg_max": "arg_max(s, x) filter (where s is not null)",
    "bool_and": "bool_and(yes)",
    "bool_or": "bool_or(yes)",
    "cast": "cast(sum(x) as varchar)",
    "coalesce": "coalesce(max(case when n > 100 then s end), 'none')",
    "concat": "concat(max(s), ' ', max(s))",
    "contains": "bool_or(contains(s, 'ell'))",
    "count": "count(distinct s) + count(*) + count(n)",
    "date_diff": "date_diff('day', min(day), date '2012-01-01')",
    "date_trunc": "cast(date_trunc('month', max(day)) as date)",
    "decimal": "cast(sum(x) as decimal(18, 2))",
    "extract hour": "extract(hour from max(moment))",
    "extract month": "extract(month from max(day))",
    "extract year": "extract(year from max(day))",
    "floor": "floor(sum(x) / 3)",
    "greatest": "greatest(max(n), 3)",
    "lag": "(select max(before) from (select lag(n) over (order by n) as before from t where n is not null) as moved)",
    "least": "least(max(n), 3)",
    "length": "length(max(s))",
    "lower": "lower(max(s))",
    "max": "max(day)",
    "md5": "md5(max(s))",
    "min": "min(moment)",
    "nullif": "nullif(max(n), 5)",
    "regexp_matches": "bool_or(regexp_matches(s, '^[a-c]+$'))",
    "replace": "replace(max(s), 'e', 'i')",
    "round": "round(sum(x), 1)",
    "row_number": "(select max(nr) from (select row_number() over (order by x, s) as nr from t) as numbered)",
    "sqrt": "sqrt(max(n) * 2)",
    "sum": "sum(x * n)",
    "trim": "trim('  a b ')",
    "upper": "upper(max(s))",
}
KEYWORDS = {
    "all",
    "and",
    "any",
    "as",
    "between",
    "by",
    "distinct",
    "else",
    "exists",
    "filter",
    "from",
    "group",
    "having",
}
KEYWORDS |= {"in", "join", "lateral", "not", "on", "or", "order", "over", "partition", "qualify", "select", "then"}
KEYWORDS |= {"union", "using", "values", "when", "where", "with"}


def functions_of(sql: str) -> set[str]:
    """The names of the functions that a query calls; `extract` with its part, since parts differ by engine."""
    tokens = DuckDB().tokenize(re.sub(r"\bextract\s*\(\s*(\w+)\s+from", r'"extract \1" (', sql, flags=re.IGNORECASE))
    pairs = pairwise(tokens)
    called = {
        a.text.lower()
        for a, b in pairs
        if b.token_type == TokenType.L_PAREN and re.fullmatch(r"[A-Za-z_][\w ]*", a.text)
    }
    return called - KEYWORDS - set(re.findall(r"with\s+(\w+)\s+\(|,\s*(\w+)\s+as\s+\(", sql))


def test_steps_call_only_functions_that_were_compared_on_both_engines() -> None:
    found = {}
    for path in STEPS:
        if not has_twin(step_of(path)) and path.parent.name != "sources":
            found |= {name: step_of(path) for name in functions_of(path.read_text(encoding="utf-8")) - COMPARED.keys()}
    assert found == {}


TABLE = """
select cast(n as integer) as n, cast(x as decimal(18, 4)) as x, s, cast(day as date) as day,
       cast(moment as timestamp) as moment, yes
from   (values (1, 10.5, 'Abc', '2011-12-09', '2011-12-09 08:26:00', true),
               (5, -3.25, 'hello', '2010-02-28', '2010-02-28 23:59:59', false),
               (null, 7.1234, 'hello', '2011-12-08', '2011-12-08 00:00:00', true),
               (2, null, null, null, null, null)) as v(n, x, s, day, moment, yes)
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, object]]:
    """What the first engine said: the second is compared with it."""
    return {}


def test_every_listed_function_means_the_same_on_both_engines(engine: Engine, answers: dict) -> None:
    engine.make_from("t", TABLE)
    asked = ", ".join(f'{expression} as "{name}_"' for name, expression in COMPARED.items())
    row = engine.rows(f"select {asked} from t")[0]
    said = {name: float(value) if hasattr(value, "as_tuple") else value for name, value in row.items()}
    assert answers.setdefault("first", said) == said
    assert None not in said.values() or [name for name, value in said.items() if value is None] == ["nullif_"]


# --- the wheel -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this folder without a network."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an empty environment with the wheel installed; its dependencies are those of this one."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, str(wheel)], check=True)
    here = next(path for path in sys.path if path.endswith("site-packages"))
    own = next(home.glob("lib/python*/site-packages"))
    (own / "dependencies.pth").write_text(here + "\n", encoding="utf-8")
    return home / "bin"


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    inside = {name.removeprefix("regulars/") for name in ZipFile(wheel).namelist() if name.startswith("regulars/")}
    files = [path for path in SRC.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {name_of(path) for path in files} == inside
    assert {".sql", ".toml", ".j2", ".js", ".css"} <= {Path(name).suffix for name in inside}


def test_the_wheel_carries_the_licences(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert [name for name in names if name.endswith("licenses/LICENSE")]
    assert [name for name in names if name.endswith("licenses/NOTICE")]


def test_the_installed_wheel_runs_a_whole_job(elsewhere: Path, tmp_path: Path) -> None:
    where = [elsewhere / "python", "-I", "-c", "import regulars; print(regulars.__file__)"]
    place = subprocess.run(where, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert Path(place.strip()).is_relative_to(elsewhere.parent)
    rows = [f"O{i},C{i % 40},2024-0{1 + i % 9}-1{i % 7},P{i % 5},{1 + i % 3},{5 + i % 11}.50" for i in range(400)]
    orders = tmp_path / "orders.csv"
    orders.write_text("\n".join(["order_id,customer_id,order_date,product,quantity,price", *rows]), encoding="utf-8")
    run = [elsewhere / "regulars", "run", orders, "--shop", tmp_path / "shop"]
    done = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "shop" / "studies").glob("*/report.html"))


# --- what an import loads --------------------------------------------------------------------------------------------

HEAVY = {"numpy", "scipy", "sklearn", "duckdb", "pandas", "pyarrow", "polars", "pyspark", "sqlglot", "jinja2", "babel"}


@pytest.mark.parametrize("program", ["import regulars", "import regulars.cli"])
def test_nothing_heavy_is_loaded_before_it_is_needed(program: str) -> None:
    code = f"import sys; {program}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_part_can_be_imported_first() -> None:
    """Whichever door a program comes through, imports do not meet each other half done."""
    parts = sorted({".".join(["regulars", *path.relative_to(SRC).with_suffix("").parts[:1]]) for path in MODULES})
    parts = [part for part in parts if not part.endswith("__")] + ["regulars.web.app", "regulars.web.worker"]
    code = (
        "import importlib, sys\n"
        f"for part in {parts!r}:\n"
        "    for name in [name for name in sys.modules if name.split('.')[0] == 'regulars']:\n"
        "        del sys.modules[name]\n"
        "    importlib.import_module(part)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


# --- the locks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["demo.lock", "dev.lock"])
def test_a_lock_pins_hashes_everything_and_names_no_index(name: str) -> None:
    lock = (ROOT / "locks" / name).read_text(encoding="utf-8")
    assert "://" not in re.sub(r"#[^\n]*", "", lock)
    entries = re.split(r"\n(?=[A-Za-z])", lock)
    assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    core = {re.sub(r"[_.]", "-", re.split(r"[<>=\[]", need)[0].lower()) for need in project["dependencies"]}
    for name in ("demo.lock", "dev.lock"):
        locked = set(
            re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "locks" / name).read_text(encoding="utf-8"), re.MULTILINE)
        )
        assert core <= locked
    assert "pyspark" not in (ROOT / "locks" / "demo.lock").read_text(encoding="utf-8")


def test_no_dependency_forbids_what_our_licence_allows() -> None:
    code = "from tools.licences import *; [print(n, licence(n)) for e in ('', 'dev', *EXTRAS) for n in closure(e)]"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert len(found) > 60
    free = r"Apache-2.0|MIT(-CMU)?|0?BSD.*|ISC|MPL-2.0|PSF-2.0|Zlib|CC0-1.0|Unlicense"
    assert {
        n: said for n, said in found.items() if not all(re.fullmatch(free, x) for x in re.split(" AND | OR ", said))
    } == {}
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert {name for name in found if f"| {name} |" not in page} == set()


@pytest.mark.parametrize("folder", [SRC / "static" / "vendor", ROOT / "tests" / "web" / "vendor"], ids=["src", "tests"])
def test_vendored_files_are_those_that_were_checked(folder: Path) -> None:
    listed = dict(
        reversed(line.split("  ")) for line in (folder / "checksums").read_text(encoding="utf-8").splitlines()
    )
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "checksums"}
    assert listed == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert [name for name in files if name.endswith(".js") and name not in notice] == []


def test_vendored_scripts_are_pinned_by_version_and_checksum() -> None:
    asked = json.loads((ROOT / "tools" / "npm" / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "tools" / "npm" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for name, version in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert lock[f"node_modules/{name}"]["version"] == version
        assert f" {version}, http" in notice
    locked = [entry for path, entry in lock.items() if path]
    assert all(entry["integrity"].startswith("sha512-") for entry in locked)
    assert "://" not in (ROOT / "tools" / "npm" / "package-lock.json").read_text(encoding="utf-8")
