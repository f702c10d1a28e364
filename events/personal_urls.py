"""Paths that a personal link leads to, in the person's language: include them at ``r/``."""

from django.urls import path

from .views.own_page import OwnPageView

app_name = "kommed_personal"

urlpatterns = [
    path("<str:token>/", OwnPageView.as_view(), name="own_page"),
]
