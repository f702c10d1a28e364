"""The form page of Wagtail's own documentation, without mail; and a row of a plain form."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField


class FormField(AbstractFormField):
    """A question."""

    page = ParentalKey("FormPage", on_delete=models.CASCADE, related_name="form_fields")


class FormPage(AbstractForm):
    """A page with a form, whose answer to a post is the landing page."""


class PlainRow(models.Model):
    """What the plain form keeps."""

    name = models.CharField(max_length=255)
    email = models.EmailField()
    organisation = models.CharField(max_length=255)

    def __str__(self) -> str:
        return str(self.pk)
