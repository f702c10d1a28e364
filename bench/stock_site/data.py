"""Fill the stock site's database: one form page with the eight questions."""

from __future__ import annotations

import django

django.setup()

from wagtail.models import Site  # noqa: E402 (Django is set up first)

from bench.questions import QUESTIONS  # noqa: E402
from bench.stock_site.models import FormField, FormPage  # noqa: E402

if __name__ == "__main__":
    page = FormPage(
        title="Form",
        slug="form",
        intro="<p>Come along.</p>",
        thank_you_text="<p>Thank you. We look forward to seeing you.</p>",
        to_address="organiser@example.dk",
        from_address="site@example.dk",
        subject="Somebody registered",
    )
    asked = (("name", "singleline", True, ""), ("email", "email", True, ""), *QUESTIONS)
    page.form_fields = [
        FormField(
            label=label, field_type=field_type, required=required, choices=choices, sort_order=order
        )
        for order, (label, field_type, required, choices) in enumerate(asked)
    ]
    Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
