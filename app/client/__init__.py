"""The service from Python: typed, synchronous, and pages hidden behind iterators."""

from __future__ import annotations

from app.client.client import Client
from app.client.news import News

__all__ = ["Client", "News"]
