"""Commands as pages show them: found in the text, and typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from click.testing import Result
