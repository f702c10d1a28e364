"""The form page of Wagtail's own documentation, with mail; and a row of a plain form."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.contrib.forms.models import AbstractEmailForm, AbstractFormField
from wagtail.fields import RichTextField


class FormField(AbstractFormField):
    """A question."""

    page = ParentalKey("FormPage", on_delete=models.CASCADE, related_name="form_fields")


class FormPage(AbstractEmailForm):
    """A page with a form, whose answer to a post is the landing page. It mails the organiser."""

    intro = RichTextField(blank=True)
    thank_you_text = RichTextField(blank=True)


class PlainRow(models.Model):
    """What the plain form keeps."""

    name = models.CharField(max_length=255)
    email = models.EmailField()
    organisation = models.CharField(max_length=255)
    title = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=255, blank=True)
    food = models.CharField(max_length=255, blank=True)
    comments = models.TextField(blank=True)
    heard = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return str(self.pk)
