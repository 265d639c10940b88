"""Indexes for the orders of the register, and for what is suspended."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """No data changes."""

    dependencies = [("matters", "0003_clocks")]
    operations = [
        migrations.AddIndex("matter", models.Index(fields=["due_at", "-id"], name="matter_by_due")),
        migrations.AddIndex("matter", models.Index(fields=["-amount", "-id"], name="matter_by_amount")),
        migrations.AddIndex("matter", models.Index(fields=["suspended_at"], name="matter_suspended")),
    ]
