"""The command tree, and how errors end a command.

Exit codes: 0 ok, 1 a run failed, 2 wrong usage, 3 invalid input, 4 refused, 5 no connection, 130 interrupted.
"""

import json
import sys

import typer

from plants.errors import JayulError
from service.cli import (
    accounts,
    alarms,
    audit,
    autonomy,
    certs,
    connect,
    demo,
    doctor,
    forecast,
    history,
    holds,
    line,
    plants,
    proposals,
    serve,
    simulate,
    states,
    work,
)
from service.cli.output import err

app = typer.Typer(
    name="jayul",
    help="Digital twin and agents for a production line: simulate, judge, approve, write, verify.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 ok, 1 run failed, 2 usage, 3 invalid input, 4 refused, 5 no connection, 130 interrupted.",
)
for subject in (
    plants,
    simulate,
    states,
    forecast,
    serve,
    proposals,
    work,
    alarms,
    holds,
    line,
    autonomy,
    accounts,
    audit,
    certs,
    connect,
    history,
    doctor,
    demo,
):
    subject.register(app)


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; an error is one message on stderr, with --json also JSON on stdout."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        app(args=arguments, prog_name="jayul", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        err.print("interrupted")
        return 130
    except BrokenPipeError:
        return 0
    except JayulError as error:
        return _tell(error, as_json="--json" in arguments)
    return 0


def _tell(error: JayulError, *, as_json: bool) -> int:
    if as_json:
        body = {"error": {"code": error.code, "message": error.message, "exit_code": error.exit_code}}
        problems = getattr(error, "problems", None)
        if problems is not None:
            body["error"]["problems"] = [problem.model_dump(mode="json") for problem in problems]
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
    err.print(error.message, style="bold" if err.is_terminal else None, markup=False, soft_wrap=True)
    return error.exit_code
