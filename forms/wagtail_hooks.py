"""What the forms app adds to the Wagtail admin. Registration only; the work is done elsewhere."""

from __future__ import annotations
