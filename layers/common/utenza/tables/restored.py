"""Items that were brought back from a restored table: their coming back is no news to anybody.

`tools.restore` writes the id of its run into each item that it copies. So whoever reads a stream can tell a copy from
what somebody did, and what is done to the item later is told as ever (docs/adr/0030-restoring.md).
"""

from collections.abc import Mapping
from typing import Any

MARK = "restored_by"


def came_back(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> bool:
    """Tell whether a change of the stream, from one image to the other, is that a copy was brought back."""
    return MARK in new and new[MARK] != (old or {}).get(MARK)
