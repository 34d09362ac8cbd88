"""`python -m virtual PLANT`: a practice plant as an OPC UA server on this machine, until it is ended."""

import argparse
import math
import sys
from pathlib import Path

import structlog

from plants.errors import JayulError
from virtual.accounts import load_accounts
from virtual.process import run
from virtual.protection import protection_of
from virtual.script import load_script


def main(arguments: list[str] | None = None) -> int:
    """Run the process; the exit code is that of the error, if there is one."""
    parser = argparse.ArgumentParser(prog="python -m virtual", description=__doc__)
    parser.add_argument("plant", nargs="+", help="plants of the library, or paths of plant files; each is a line")
    parser.add_argument("--endpoint", help="where to listen; default: the plant file's; port 0 takes a free one")
    parser.add_argument("--speed", type=float, default=1.0, help="plant seconds per wall second (default 1)")
    parser.add_argument("--seed", type=int, default=1, help="of the hidden truth and its luck (default 1)")
    parser.add_argument("--script", default="none", help="none, demo, or a YAML or JSON file of disturbances")
    parser.add_argument("--warm", type=float, default=1800.0, help="plant seconds before it is shown (default 1800)")
    parser.add_argument("--still", action="store_true", help="no physics: every value stays as it was set")
    parser.add_argument("--certs", type=Path, help="folder of certificates: encrypted endpoints are offered as well")
    parser.add_argument("--only-encrypted", action="store_true", help="shut the plain endpoint")
    parser.add_argument("--no-standards", action="store_true", help="the lines' own types only")
    parser.add_argument("--for", type=float, default=math.inf, dest="for_s", help="plant seconds, then time stands")
    parser.add_argument("--log", type=Path, help="file for the first plant's own log, JSON lines")
    parser.add_argument("--accounts", type=Path, help="a YAML or JSON file of accounts in place of the practice ones")
    given = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout carries the ready line only
    try:
        run(
            *given.plant,
            endpoint=given.endpoint,
            speed=given.speed,
            seed=given.seed,
            script=load_script(given.script),
            warm_s=given.warm,
            still=given.still,
            accounts=load_accounts(given.accounts),
            protection=protection_of(given.certs, only=given.only_encrypted),
            standards=not given.no_standards,
            for_s=given.for_s,
            log_to=given.log,
        )
    except JayulError as fault:
        sys.stderr.write(f"{fault.message}\n")
        return fault.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
