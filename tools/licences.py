"""Writes docs/dependencies.md: what Regulars installs, and under which licences (from the installed packages)."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAD = """# Dependencies and their licences

Written by `tools/licences.py` from the installed packages (`make lock` runs it). Exact versions with hashes stand in
`locks/`; `make audit` asks for known vulnerabilities in them. All are free and permissive, or weakly so (MPL 2.0).
"""
EXTRAS = ("spark", "databases", "web", "export", "demo", "build")
SHORT = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def licence(package: str) -> str:
    """The licence of an installed package as an SPDX expression: its own, or what its classifier says."""
    meta = metadata(package)
    kinds = [kind.split(" :: ")[-1] for kind in meta.get_all("Classifier") or [] if kind.startswith("License ::")]
    if meta.get("License-Expression"):
        return str(meta["License-Expression"])
    named = [SHORT.get(kind, kind) for kind in kinds] or [(meta.get("License") or "").split("\n")[0]]
    return " AND ".join(SHORT.get(name, name) for name in named)


def needs(package: Distribution, extra: str = "") -> Iterator[str]:
    """The names that a package asks for, with one of its extras."""
    for requirement in package.requires or []:
        name = re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]).lower()
        asked = re.search(r"extra == ['\"]([^'\"]+)", requirement)
        if name != "regulars" and (asked is None or asked[1] == extra):
            yield name


def closure(extra: str = "") -> set[str]:
    """All installed packages that Regulars needs with this extra."""
    todo, found = list(needs(distribution("regulars"), extra)), set[str]()
    while todo:
        name = todo.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # for another system or Python
        if name not in found:
            found.add(name)
            todo += needs(package)
    return found


def page() -> str:
    """The page: the core's packages, then what each extra adds."""
    core = closure()
    parts = [HEAD, table("The core", core)]
    parts += [table(f"Extra `{extra}`", closure(extra) - core) for extra in EXTRAS]
    parts += [table("For development (`dev`)", closure("dev") - core)]
    return "\n".join(parts)


def table(title: str, names: set[str]) -> str:
    """A heading and a table of packages."""
    rows = "\n".join(f"| {name} | {licence(name)} |" for name in sorted(names))
    return f"## {title}\n\n| package | licence |\n| --- | --- |\n{rows}\n"


if __name__ == "__main__":
    (ROOT / "docs" / "dependencies.md").write_text(page(), encoding="utf-8")
