"""VACUUM ANALYZE after a bulk load, as the founders' notes on PostgreSQL ask."""

from __future__ import annotations

import sys
from pathlib import Path


def main(root: Path) -> None:
    """Once, over everything."""
    from bihuan.web.start import django

    django(root)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
