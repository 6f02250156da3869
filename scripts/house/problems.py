"""Turn what pip, npm and venv print when they fail into a sentence that says what to do."""

from __future__ import annotations

import re

AGAIN = "and run `make setup` again"
EXPLANATIONS = (
    (
        r"No space left on device|ENOSPC",
        f"The disk is full: free about 2 GB {AGAIN}.",
    ),
    (
        r"ensurepip is not\s+available|No module named '?(ensurepip|venv)",
        f"This Python cannot make environments: on Debian or Ubuntu type `apt-get install python3.11-venv` {AGAIN}.",
    ),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        f"A downloaded package is not the file that the lock names, so it was refused: empty the download cache "
        f"(`pip cache purge`, `npm cache clean --force`) {AGAIN}; if it stays, the registry serves another file.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_HAS_EXPIRED",
        f"The registry's certificate is not trusted here: point PIP_CERT and NODE_EXTRA_CA_CERTS to the certificates "
        f"of your network {AGAIN}.",
    ),
    (
        r"Failed to establish a new connection|NewConnectionError|NameResolutionError|Max retries exceeded"
        r"|Temporary failure in name resolution|Network is unreachable|Read timed out|ConnectTimeout|ProxyError"
        r"|Connection(ResetError| refused| reset)|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH",
        f"The package registry cannot be reached: check the network, or your proxy and registry settings "
        f"(HTTPS_PROXY, PIP_INDEX_URL, npm_config_registry), {AGAIN}.",
    ),
    (
        r"No matching distribution found for (?P<what>\S+)|notarget No matching version found for (?P<package>\S+)",
        f"The registry has no {{what}} for this machine: use an up-to-date registry, or another platform, {AGAIN}.",
    ),
    (
        r"command '?\S*(gcc|cc|clang)'? failed|unable to execute '\S*(gcc|cc)'|Python\.h: No such file",
        f"A package must be compiled here: on Debian or Ubuntu type `apt-get install gcc python3.11-dev` {AGAIN}.",
    ),
    (
        r"Permission denied|EACCES|Read-only file system|EROFS",
        f"This folder, or the home folder, cannot be written: take one that is yours {AGAIN}.",
    ),
)


class SetupError(Exception):
    """Set-up cannot go on; the text is one sentence that says what to do."""


def explain(output: str) -> str | None:
    """The sentence for the first known problem in a tool's output; None if there is none."""
    for pattern, sentence in EXPLANATIONS:
        if found := re.search(pattern, output):
            named = [text for text in found.groupdict().values() if text]
            return sentence.replace("{what}", named[0].rstrip(".") if named else "")
    return None


def wrong_python(version: tuple[int, int]) -> str | None:
    """What to do if this is not Python 3.11; None if it is."""
    if version == (3, 11):
        return None
    return (
        f"Concord needs Python 3.11, and this is {version[0]}.{version[1]}: install it (Debian 12: "
        "`apt-get install python3.11 python3.11-venv`) and type `make setup PYTHON=/path/to/python3.11`."
    )
