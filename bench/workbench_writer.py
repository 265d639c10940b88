"""One of eight writers on the same matters: python -m bench.workbench_writer W SECONDS NUMBER."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main(root: Path, seconds: float, number: int) -> None:
    """Say how many steps were done and how many failed, and why."""
    from bihuan.web.start import django

    django(root)
    from django.db import DatabaseError

    from bihuan.matters import steps
    from bihuan.matters.models import Matter
    from bihuan.people.models import User

    by = User.objects.get(username="p9")  # a supervisor, who may write notes on any matter
    codes = list(Matter.objects.exclude(state="closed").order_by("pk").values_list("code", flat=True)[:40])
    done, errors, end = 0, [], time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            steps.perform(
                codes[(done * 7 + number) % len(codes)], "comment", by=by, content={"reason": f"第{number}人第{done}次"}
            )
            done += 1
        except DatabaseError as error:
            errors.append(str(error)[:100])
    print(json.dumps({"done": done, "errors": errors[:3], "failed": len(errors)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
