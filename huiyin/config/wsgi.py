"""The WSGI entry for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from huiyin.language.masking import mask

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")

application = get_wsgi_application()
# Before the fork: every page's module is read once for all web processes, so that a new one answers at once.
reverse("portal:home")
mask("我叫 老婆")  # compiles the patterns of names, else half a second of each process's first question
# What is loaded stays: no collection walks it again, and no process copies its pages by doing so.
gc.collect()
gc.freeze()
