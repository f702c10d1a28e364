"""Public paths of the events app. Include them wherever the site likes."""

from django.urls import path

from .views.calendar import site_calendar

app_name = "kommed_events"

urlpatterns = [
    path("calendar.ics", site_calendar, name="calendar"),
]
