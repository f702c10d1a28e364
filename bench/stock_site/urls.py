"""The plain form, and Wagtail's pages."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import include, path
from wagtail import urls as wagtail_urls

from bench.questions import ANSWERS

from .models import PlainRow


class PlainForm(forms.ModelForm):
    """The same eight questions."""

    class Meta:
        model = PlainRow
        fields = ["name", "email", *ANSWERS]


def plain(request: HttpRequest) -> HttpResponse:
    """Keep one row and lead on: what no form page can be quicker than."""
    form = PlainForm(request.POST or None)
    if form.is_valid():
        form.save()
        return HttpResponseRedirect("/plain/thanks/")
    return render(request, "stock_site/form_page.html", {"form": form})


def thanks(request: HttpRequest) -> HttpResponse:
    """Thank."""
    return render(request, "stock_site/form_page_landing.html")


urlpatterns = [
    path("plain/", plain),
    path("plain/thanks/", thanks),
    path("", include(wagtail_urls)),
]
