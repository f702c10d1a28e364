"""The path at which the site's provider tells what became of mails; none for files and SMTP.

Include it outside the languages: ``path("mail/events/", include("forms.mail_urls"))``.
"""

from .mail.webhooks import event_urls

app_name = "kommed_mail_events"
urlpatterns = event_urls()
