"""How much an installation of the core alone weighs: a real virtual environment, made and weighed."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.licences import closure

LOCK = Path(__file__).parent.parent / "locks" / "demo.lock"


def core_size() -> float:
    """MB of a fresh environment with the core's locked dependencies and the project, as the disk counts them."""
    names = closure()
    blocks = re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder, "core.lock")
        lock.write_text("\n".join(b for b in blocks if b.split("==")[0].strip().lower() in names), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "venv", f"{folder}/venv"], check=True)
        pip = [f"{folder}/venv/bin/python", "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
        used = subprocess.run(["du", "-sk", f"{folder}/venv"], check=True, capture_output=True, text=True).stdout
    package = sum(file.stat().st_size for file in (LOCK.parent.parent / "src").rglob("*") if file.is_file())
    return int(used.split()[0]) / 1024 + package / 2**20
