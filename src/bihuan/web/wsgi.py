"""The workbench as a WSGI application, for granian."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.web.settings")
application = get_wsgi_application()
# Read now: two first requests at once would import the pages' modules beside each other.
get_resolver().url_patterns  # noqa: B018
