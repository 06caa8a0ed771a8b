"""Putting tasks into the queue inside the transaction that needs them, from pages and from tasks alike (ADR 0003)."""

from __future__ import annotations

from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector

queue = App(connector=DjangoConnector())
"""Only for `queue.configure_task("name").defer(…)`; tasks are declared on `procrastinate.contrib.django.app`.

That one stands on connections of its own while a worker runs: what a task deferred there would be in the queue before
the rows it speaks of, and also without them when the task is rolled back.
"""
