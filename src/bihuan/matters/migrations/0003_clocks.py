"""The clocks as they are shipped; from then on the office edits them."""

from __future__ import annotations

from datetime import date
from importlib import resources

import yaml
from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FROM = date(2020, 1, 1)


def seed(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Write the shipped clocks where there are none."""
    clock = apps.get_model("matters", "Clock")
    text = (resources.files("bihuan.matters") / "tables" / "clocks.yaml").read_text(encoding="utf-8")
    if not clock.objects.exists():
        clock.objects.bulk_create([clock(from_date=FROM, **one) for one in yaml.safe_load(text)])


class Migration(migrations.Migration):
    """Data only; going back leaves the rows."""

    dependencies = [("matters", "0002_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
