"""How the command line talks to a running service: its address lies in the data folder.

The token is the one in `JAYUL_TOKEN`, a person's own, else the folder's.
"""

import json
import os
from pathlib import Path
from typing import Any

import httpx

from plants.errors import InvalidInput, JayulError, LinkDown, Refused, RunFailed, UnknownName
from service.token import read_token

DEADLINE_WALL_S = 10.0
_BY_STATUS: dict[int, type[JayulError]] = {
    401: Refused,
    403: Refused,
    404: UnknownName,
    405: InvalidInput,
    409: Refused,
    413: Refused,
    422: InvalidInput,
    503: LinkDown,
}


class Client:
    """Calls to the API of the service that runs on a data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._token = os.environ.get("JAYUL_TOKEN") or read_token(data)
        self.address = address_of(data)

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON
        """GET a JSON value.

        Raises:
            JayulError: what the service said, or `LinkDown` when it does not answer.
        """
        return self._call("GET", path, DEADLINE_WALL_S, params={k: str(v) for k, v in query.items()})

    def post(self, path: str, body: dict[str, object], wall_s: float = DEADLINE_WALL_S) -> Any:  # noqa: ANN401 - JSON
        """POST a JSON value, and wait for the answer for `wall_s`.

        Raises:
            JayulError: what the service said, or `LinkDown` when it does not answer.
        """
        return self._call("POST", path, wall_s, json=body)

    def _call(self, method: str, path: str, wall_s: float, **options: Any) -> Any:  # noqa: ANN401 - passed to httpx
        headers = {"authorization": f"Bearer {self._token}"}
        try:
            with httpx.Client(base_url=self.address, headers=headers, timeout=wall_s, trust_env=False) as http:
                answer = http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise LinkDown(
                f"The service at {self.address} does not answer ({type(error).__name__}). Is it running?"
            ) from error
        if answer.is_success:
            return answer.json()
        raise _error(answer)


def address_of(data: Path) -> str:
    """Address of the service that runs on a data folder.

    Raises:
        LinkDown: none is running there.
    """
    from service.serve import ADDRESS_FILE

    try:
        entry = json.loads((data / ADDRESS_FILE).read_text(encoding="utf-8"))
        address, pid = str(entry["address"]), int(entry["pid"])
    except (FileNotFoundError, ValueError, KeyError):
        raise _none_running(data) from None
    if not _alive(pid):
        raise _none_running(data)
    return address


def _none_running(data: Path) -> LinkDown:
    return LinkDown(f"No service is running on {data}. Start one: jayul serve --plant PLANT --data {data}")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it runs under another account
    return True


def _error(answer: httpx.Response) -> JayulError:
    try:
        message = answer.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        message = f"The service answered {answer.status_code} without saying why."
    return _BY_STATUS.get(answer.status_code, RunFailed)(message)
