"""Copies the pinned JavaScript of `tools/npm/package-lock.json` to where it is used, with licences and checksums.

`python tools/assets.py` asks npm, which checks every package against the lock; esbuild makes one file of the parts of
ECharts that `tools/npm/echarts.js` names. Nobody else needs Node: that the copies are those that were checked is tested
offline from the files `checksums`.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent.parent
LOCK = HERE / "tools" / "npm"
BUILT = "echarts.min.js"
BANNER = (
    "/*! Parts of Apache ECharts and of zrender, see tools/npm/echarts.js. Licences: echarts.LICENSE, echarts.NOTICE, "
    "echarts.LICENSE-d3 and echarts.LICENSE-zrender beside this file. */"
)
PLACES = {  # folder -> name there: file of the package
    HERE / "src" / "regulars" / "static" / "vendor": {
        "echarts.min.js": BUILT,
        "echarts.LICENSE": "echarts/LICENSE",
        "echarts.NOTICE": "echarts/NOTICE",
        "echarts.LICENSE-d3": "echarts/licenses/LICENSE-d3",
        "echarts.LICENSE-zrender": "zrender/LICENSE",
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


def build(folder: Path) -> None:
    """Makes one file of the parts of ECharts that are used, beside the packages in `folder`."""
    shutil.copy(LOCK / "echarts.js", folder)
    told = ["--bundle", "--minify", "--format=iife", "--global-name=echarts", "--target=es2020", "--charset=utf8",
            "--legal-comments=none", f"--banner:js={BANNER}", f"--outfile=node_modules/{BUILT}"]  # fmt: skip
    subprocess.run([folder / "node_modules" / ".bin" / "esbuild", "echarts.js", *told], cwd=folder, check=True)


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
        build(Path(folder))
        for place, files in PLACES.items():
            place.mkdir(parents=True, exist_ok=True)
            for name, source in files.items():
                shutil.copyfile(Path(folder) / "node_modules" / source, place / name)
            lines = [f"{checksum(place / name)}  {name}\n" for name in sorted(files)]
            (place / "checksums").write_text("".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
