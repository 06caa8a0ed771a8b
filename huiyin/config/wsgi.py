"""The WSGI entry for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")

application = get_wsgi_application()
# Before the fork: every page's module is read once for all web processes, so that a new one answers at once.
reverse("portal:home")
# What is loaded stays: no collection walks it again, and no process copies its pages by doing so.
gc.collect()
gc.freeze()
