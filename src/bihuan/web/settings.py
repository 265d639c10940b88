"""Settings of the workbench's site; what differs from place to place comes from the workspace and the environment."""

from __future__ import annotations

SECRET_KEY = "for the first tests only"  # noqa: S105
INSTALLED_APPS = [
    "bihuan.people.apps.PeopleConfig",
    "bihuan.matters.apps.MattersConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
AUTH_USER_MODEL = "people.User"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
