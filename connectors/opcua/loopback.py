"""Whether an endpoint is on this machine."""

import ipaddress
from urllib.parse import urlparse


def is_loopback(endpoint: str) -> bool:
    """Whether an endpoint's host is this machine's loopback interface; a name other than localhost is not."""
    host = urlparse(endpoint).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
