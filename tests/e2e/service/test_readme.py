"""The commands of the README, run as they stand there."""

import re
import shlex
from pathlib import Path

import pytest

from tests.staging import jayul

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\.venv/bin/jayul (.+?)(?:\s+#.*)?$", README, flags=re.MULTILINE)
ENGINEER = [c for c in COMMANDS if c.split()[0] in {"plants", "check", "simulate", "compare"}]


def test_the_readme_names_the_two_commands_first() -> None:
    """`make demo` and `make test` stand before everything else that can be typed."""
    typed = re.findall(r"^```\n(.+?)```", README, flags=re.MULTILINE | re.DOTALL)

    assert typed[0].split("\n")[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("command", ENGINEER)
def test_a_command_of_the_plant_engineer_works_as_written(command: str) -> None:
    """Exit code 0 and something on stdout."""
    run = jayul(*shlex.split(command))

    assert run.code == 0, run.err
    assert run.out.strip()


@pytest.mark.parametrize(
    "command",
    sorted(
        {
            " ".join(c.split()[:2]) if c.split()[0] in {"plants", "proposals", "audit"} else c.split()[0]
            for c in COMMANDS
        }
    ),
)
def test_every_command_named_in_the_readme_has_help(command: str) -> None:
    """`--help` answers."""
    run = jayul(*command.split(), "--help")

    assert run.code == 0
    assert "Usage: jayul" in run.out
