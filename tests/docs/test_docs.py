"""Every page of the documentation runs: its blocks are one program, top to bottom, in a folder of its own.

A ```python block is executed. In a ```console block the lines `$ regulars ...` are run; what stands below one must be
found in its output in that order, `...` standing for anything; a last line `exit code 3` says what it ends with. A
```toml block whose first line names a file is written to it. Each page finds an `orders.csv` of 20,000 simulated lines.
"""

import ast
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from regulars.synth import write_orders

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.id.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAM = Path(sys.executable).parent / "regulars"


@dataclass(frozen=True)
class Block:
    kind: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = re.finditer(r"^```(python|console|toml)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(match[1], match[2], text.count("\n", 0, match.start()) + 2) for match in found]


@pytest.fixture(scope="session")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docs") / "orders.csv"
    write_orders(path, 20_000)
    return path


def run_console(text: str) -> None:
    """Runs the commands of a block and looks for their shown output."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.replace("\\\n", " ").partition("\n")
        words = shlex.split(command, comments=True)
        if words[0] != "regulars":
            continue
        done = subprocess.run([PROGRAM, *words[1:]], capture_output=True, text=True, timeout=300, check=False)
        output = done.stdout + done.stderr
        expected = [line.strip() for line in shown.splitlines() if line.strip() not in {"", "..."}]
        code = int(expected.pop().split()[-1]) if expected and re.fullmatch(r"exit code \d+", expected[-1]) else 0
        assert done.returncode == code, f"{command}: exit code {done.returncode}\n{output}"
        place = 0
        for line in expected:
            at = output.find(line, place)
            assert at >= 0, f"{command} does not say {line!r} (any more):\n{output}"
            place = at + len(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_blocks_of_a_page_run(page: Path, orders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    os.link(orders, tmp_path / "orders.csv")
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page):
        if block.kind == "console":
            run_console(block.text)
        elif block.kind == "toml":
            if named := re.match(r"# (\S+\.toml)\n", block.text):
                Path(named[1]).parent.mkdir(parents=True, exist_ok=True)
                Path(named[1]).write_text(block.text, encoding="utf-8")
        else:
            code = compile("\n" * (block.line - 1) + block.text, str(page), "exec")
            exec(code, names)  # noqa: S102 - our own documentation


@pytest.mark.parametrize("page", [*PAGES, *sorted(ROOT.glob("*.md"))], ids=lambda page: page.name)
def test_the_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    inside = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_the_two_readmes_have_the_same_commands() -> None:
    english, indonesian = blocks(PAGES[0]), blocks(PAGES[1])
    commands = [
        [line for block in page for line in block.text.splitlines() if line.startswith("$ ")]
        for page in (english, indonesian)
    ]
    assert [line.split("#")[0] for line in commands[0]] == [line.split("#")[0] for line in commands[1]]


# A guide in English and the same guide in Indonesian; what developers alone read (the licences) is in English.
GUIDES = {
    "algorithms": "algoritme",
    "api": "skor-dan-api",
    "bundles": "paket",
    "clusters": "klaster",
    "customer-tables": "tabel-pelanggan",
    "dashboard": "dasbor",
    "data": "data-anda",
    "forget": "lupakan",
    "getting-started": "memulai",
    "later-data": "data-berikutnya",
    "market": "harga-dan-risiko",
    "next-products": "produk-berikutnya",
    "people": "pelanggan",
    "plain-rules": "aturan-sederhana",
    "python": "dengan-python",
    "retention": "kembali",
    "segments": "segmen",
    "store": "folder-dan-json",
    "value": "nilai",
}


def test_every_guide_is_there_in_both_languages() -> None:
    english = {page.stem for page in (ROOT / "docs").glob("*.md")}
    indonesian = {page.stem for page in (ROOT / "docs" / "id").glob("*.md")}
    assert (english, indonesian) == ({*GUIDES, "dependencies"}, set(GUIDES.values()))


def outline(text: str) -> list[str]:
    """A page without its words: headings by level, points of lists, rows of tables by their cells, blocks."""
    prose = re.sub(r"^```.*?^```$", "```", text, flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^(#+ |- |\d\. |```|\|.*\|$)", prose, re.MULTILINE)
    return [f"{mark.count('|') - 1} cells" if mark.startswith("|") else mark for mark in found]


def program(block: Block) -> list[str]:
    """What a block does, whatever its words: commands with their options, statements of Python, tables of settings."""
    if block.kind == "console":
        commands = [shlex.split(line, comments=True) for line in re.findall(r"^\$ (.*)", block.text, re.MULTILINE)]
        options = [[word for word in words if word.startswith("--") and word != "--lang"] for words in commands]
        return [" ".join([words[1], *sorted(given)]) for words, given in zip(commands, options, strict=True)]
    if block.kind == "python":
        statements = [node for node in ast.walk(ast.parse(block.text)) if isinstance(node, ast.stmt)]
        return [type(node).__name__ for node in statements if not isinstance(node, ast.Import | ast.ImportFrom)]
    return [name.partition(".")[0] for name in re.findall(r"^\[(\w.*)\]$", block.text, re.MULTILINE)]


@pytest.mark.parametrize(("english", "indonesian"), [("../README", "../../README.id"), *GUIDES.items()])
def test_a_guide_is_whole_in_both_languages(english: str, indonesian: str) -> None:
    """The same headings, lists, rows of tables and programs, and a link to the other language at the top."""
    pages = [(ROOT / "docs" / f"{english}.md").resolve(), (ROOT / "docs" / "id" / f"{indonesian}.md").resolve()]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    assert outline(texts[1]) == outline(texts[0])
    ours, theirs = ([(block.kind, program(block)) for block in blocks(page)] for page in pages)
    assert theirs == ours
    for text, page, other in zip(texts, pages, reversed(pages), strict=True):
        assert f"]({os.path.relpath(other, page.parent)})" in text.partition("\n## ")[0], f"{page}: no link to {other}"
