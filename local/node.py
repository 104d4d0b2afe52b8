"""Find Node.js on the search path or in the environment that contains the SAM CLI.

Node.js is needed to build and check the page. Run this module with ``PATH="$(python -m local.node)" npm …``.
"""

import os
import re
import shutil
import subprocess

from local.places import program

MIN_VERSION = 20


def with_node(path: str) -> str:
    """Return a search path that contains Node.js and npm.

    Parameters
    ----------
    path
        The current ``PATH``. If it contains npm and Node.js `MIN_VERSION` or later, it is returned unchanged.
    """
    if shutil.which("npm", path=path) and _version(shutil.which("node", path=path)) >= MIN_VERSION:
        return path
    return f"{program('deploy', 'node').parent}:{path}"


def _version(node: str | None) -> int:
    """Return the major version of a Node.js executable, or 0 if it doesn't exist or can't be run."""
    if node is None:
        return 0
    try:
        output = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    match = re.match(r"v(\d+)\.", output)
    return int(match[1]) if match else 0


if __name__ == "__main__":
    print(with_node(os.environ["PATH"]))
