"""What may be done with a matter, the same for pages, API and command line: `perform`, `confirm`, `decline`."""

from __future__ import annotations

from bihuan.matters.steps import acceptance, aside, rectification, side, verification  # noqa: F401 (they add their effects)
from bihuan.matters.steps.act import confirm, decline, perform
from bihuan.matters.steps.core import Refused
from bihuan.matters.steps.registering import register, take_up

__all__ = ["Refused", "confirm", "decline", "perform", "register", "take_up"]
