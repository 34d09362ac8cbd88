"""Take the information models out of the locked npm package: `python -m virtual.standards.collect`.

Run by the build and by `make setup`; uses the standard library only. The models and their licence are the OPC
Foundation's (MIT); none is committed.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / "nodesets"
"""Where they lie afterwards."""
FILES = (
    "Opc.Ua.Di.NodeSet2.xml",
    "Opc.Ua.Machinery.NodeSet2.xml",
    "Opc.Ua.PackML.NodeSet2.xml",
    "opc.ua.isa95-jobcontrol.nodeset2.xml",
)
"""In the sequence in which they need each other."""
_NOTICE = "LICENSE"
_LIMIT_WALL_S = 300


def collect() -> str:
    """Fill the folder if anything is missing or older than the lock.

    Returns:
        why it could not be filled; empty when it is full. A folder is never left half full.
    """
    lock = HERE / "package-lock.json"
    marks = [FOLDER / name for name in (*FILES, _NOTICE)]
    if all(mark.is_file() and mark.stat().st_mtime >= lock.stat().st_mtime for mark in marks):
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    with tempfile.TemporaryDirectory(dir=HERE) as scratch:
        place = Path(scratch)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, place / name)
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        try:
            subprocess.run(command, cwd=place, check=True, timeout=_LIMIT_WALL_S, capture_output=True, text=True)  # noqa: S603
        except (subprocess.SubprocessError, OSError) as fault:
            said = str(getattr(fault, "stderr", "") or fault).strip().splitlines()
            return f"npm ci failed: {said[-1] if said else fault}"
        return _fill(place / "node_modules" / "node-opcua-nodesets", place / "filled")


def _fill(package: Path, filled: Path) -> str:
    """Copy what is needed into a folder beside, and put that in the place of the old one."""
    filled.mkdir()
    for source in (*(package / "nodesets" / name for name in FILES), package / _NOTICE):
        if not source.is_file():
            return f"the package has no {source.name}"
        shutil.copyfile(source, filled / source.name)
    shutil.rmtree(FOLDER, ignore_errors=True)
    filled.replace(FOLDER)
    return ""


if __name__ == "__main__":
    told = collect()
    if told:
        sys.stderr.write(f"no information models: {told}; the virtual plant serves its own types only\n")
