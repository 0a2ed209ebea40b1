"""Every page of the documentation runs: its blocks are one program, top to bottom, in a folder of its own.

A ```python block is executed. In a ```console block the lines `$ regulars ...` are run; what stands below one must be
found in its output in that order, `...` standing for anything; a last line `exit code 3` says what it ends with. A
```toml block whose first line names a file is written to it. Each page finds an `orders.csv` of 20,000 simulated lines.
"""

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


WHOLE = {
    "data": "data-anda",
    "segments": "segmen",
    "store": "folder-dan-json",
    "dashboard": "dasbor",
    "api": "skor-dan-api",
}


@pytest.mark.parametrize(("english", "indonesian"), WHOLE.items())
def test_the_guides_that_are_used_most_are_whole_in_both_languages(english: str, indonesian: str) -> None:
    """The same sections, rows of tables and blocks, but for what a page of one language says of the other."""
    pages = [(ROOT / "docs" / f"{english}.md"), (ROOT / "docs" / "id" / f"{indonesian}.md")]
    one, other = (page.read_text(encoding="utf-8") for page in pages)
    for pattern in (r"^## ", r"^\|"):
        assert len(re.findall(pattern, other, re.MULTILINE)) >= len(re.findall(pattern, one, re.MULTILINE)), pattern
    kinds = [[block.kind for block in blocks(page)] for page in pages]
    assert kinds[1][: len(kinds[0])] == kinds[0]
