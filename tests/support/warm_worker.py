"""A process of pytest-xdist, as a fork of the warm process.

On import pytest rewrites the asserts of its plugins. One of them, ``anyio``, is there already since
the product imports it: pytest is told not to mind.
"""

import sys

import anyio

if __name__ == "__main__":
    anyio.__doc__ = "PYTEST_DONT_REWRITE"
    # The one line by which execnet begins: what follows comes through the same pipe.
    exec(eval(sys.stdin.readline()))  # noqa: S102, S307 - execnet's own words
