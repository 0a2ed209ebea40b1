"""Copies the pinned JavaScript of `tools/npm/package-lock.json` to where it is used, with licences and checksums.

`python tools/assets.py` asks npm, which checks every package against the lock. Nobody else needs Node: that the copies
are those that were checked is tested offline from the files `checksums`.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent.parent
LOCK = HERE / "tools" / "npm"
PLACES = {  # folder -> name there: file of the package
    HERE / "src" / "regulars" / "static" / "vendor": {
        "echarts.min.js": "echarts/dist/echarts.min.js",
        "echarts.LICENSE": "echarts/LICENSE",
        "echarts.NOTICE": "echarts/NOTICE",
        "echarts.LICENSE-d3": "echarts/licenses/LICENSE-d3",
        "htmx.min.js": "htmx.org/dist/htmx.min.js",
        "htmx.LICENSE": "htmx.org/LICENSE",
        "countries-110m.json": "world-atlas/countries-110m.json",
        "countries-110m.LICENSE": "world-atlas/LICENSE",
    },
    HERE / "tests" / "web" / "vendor": {
        "axe.min.js": "axe-core/axe.min.js",
        "axe.LICENSE": "axe-core/LICENSE",
    },
}


def checksum(path: Path) -> str:
    """A file's sha256, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Fetch, copy, write the checksums."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LOCK / name, folder)
        npm = shutil.which("npm")
        if npm is None:
            print("npm is missing: it comes with Node.js")
            return 1
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
        for place, files in PLACES.items():
            place.mkdir(parents=True, exist_ok=True)
            for name, source in files.items():
                shutil.copyfile(Path(folder) / "node_modules" / source, place / name)
            lines = [f"{checksum(place / name)}  {name}\n" for name in sorted(files)]
            (place / "checksums").write_text("".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
