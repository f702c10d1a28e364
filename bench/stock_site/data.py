"""Fill the stock site's database: one form page with the three questions."""

from __future__ import annotations

import django

django.setup()

from wagtail.models import Site  # noqa: E402 (Django is set up first)

from bench.stock_site.models import FormField, FormPage  # noqa: E402

if __name__ == "__main__":
    page = FormPage(title="Form", slug="form")
    page.form_fields = [
        FormField(label="name", field_type="singleline", required=True, sort_order=0),
        FormField(label="email", field_type="email", required=True, sort_order=1),
        FormField(label="organisation", field_type="singleline", required=True, sort_order=2),
    ]
    Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
