"""The OpenAPI contract: printed by `make schema`, committed as docs/openapi.json, compared in the tests.

python -m service.api.contract
"""

import json
import sys
from types import SimpleNamespace
from typing import Any, cast

from service.api.app import make_api
from service.running import Service


def contract() -> dict[str, Any]:
    """The OpenAPI document. No service has to run for it: the routes only look at one when they are called."""
    absent = cast("Service", SimpleNamespace(ledger=None, accounts=None))
    return make_api(absent).openapi()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(contract(), indent=2, ensure_ascii=False, sort_keys=True) + "\n")
