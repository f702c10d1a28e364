"""Public paths of the events app. Include them where Wagtail's own are included, before them."""

from django.urls import path, re_path

from .views.calendar import page_calendar, site_calendar
from .views.places import page_places

app_name = "kommed_events"

urlpatterns = [
    path("calendar.ics", site_calendar, name="calendar"),
    re_path(r"^(?P<path>(?:[\w\-]+/)+)calendar\.ics$", page_calendar, name="page_calendar"),
    re_path(r"^(?P<path>(?:[\w\-]+/)+)pladser\.json$", page_places, name="page_places"),
]
