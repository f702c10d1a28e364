import django.core.validators
import django.db.models.deletion
import events.models.registration
import events.validators
import modelcluster.fields
import modelsearch.index
import uuid
import wagtail.contrib.forms.models
import wagtail.fields
from django.conf import settings
import swapper
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('kommed_forms', '0001_initial'),
        ("wagtailcore", "0094_alter_page_locale"),
        ('wagtailimages', '0027_image_description'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EventRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('source_locale', models.CharField(max_length=16)),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('starts_at', models.DateTimeField(null=True, verbose_name='starts')),
                ('ends_at', models.DateTimeField(null=True, verbose_name='ends')),
                ('time_zone', models.CharField(max_length=64)),
                ('opens_at', models.DateTimeField(null=True)),
                ('closes_at', models.DateTimeField(help_text='The first moment at which it is too late.', null=True)),
                ('way_in', models.CharField(choices=[('first_come', 'First come, first served: a free seat is confirmed at once'), ('application', 'Apply, then we choose: staff confirm each registration')], max_length=16)),
                ('applications_hold_seat', models.BooleanField(default=False)),
                ('is_live', models.BooleanField(default=False, help_text='Whether the page is published in any language.')),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['-starts_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='EventPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=swapper.get_model_name("wagtailcore", "Page"))),
                ('lead', models.TextField(blank=True, help_text='Two or three sentences that invite.', max_length=600, verbose_name='lead')),
                ('figure_alt', models.CharField(blank=True, help_text='Read aloud to those who cannot see it.', max_length=250, verbose_name='what the figure shows')),
                ('figure_caption', models.CharField(blank=True, max_length=250, verbose_name='caption')),
                ('figure_credit', models.CharField(blank=True, max_length=120, verbose_name='credit')),
                ('body', wagtail.fields.StreamField([('text', 2), ('figure', 6), ('quote', 12), ('fact_box', 15), ('steps', 20), ('document_link', 23), ('further_reading', 27), ('call_to_register', 30), ('outcome', 33)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ul', 'ol', 'h3'], 'label': 'Text', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('heading', 0), ('text', 1)]], {}), 3: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Picture caption', 'max_length': 250, 'required': False}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Credit', 'max_length': 120, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 3), ('caption', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.TextBlock', (), {'label': 'The quote', 'max_length': 1500}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Person', 'max_length': 120}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Role', 'max_length': 160, 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Organisation', 'max_length': 160, 'required': False}), 11: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Portrait', 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('words', 7), ('person', 8), ('role', 9), ('organisation', 10), ('portrait', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120}), 14: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ul', 'ol', 'h3'], 'label': 'Text'}), 15: ('wagtail.blocks.StructBlock', [[('heading', 13), ('text', 14)]], {}), 16: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 17: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 600, 'required': False}), 18: ('wagtail.blocks.StructBlock', [[('title', 16), ('text', 17)]], {}), 19: ('wagtail.blocks.ListBlock', (18,), {'label': 'Steps', 'min_num': 1}), 20: ('wagtail.blocks.StructBlock', [[('heading', 0), ('steps', 19)]], {}), 21: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 22: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example “Read the whole invitation”.', 'label': 'Link text', 'max_length': 120}), 23: ('wagtail.blocks.StructBlock', [[('document', 21), ('text', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Link text', 'max_length': 160}), 25: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 26: ('wagtail.blocks.URLBlock', (), {'label': 'or web address', 'required': False}), 27: ('wagtail.blocks.StructBlock', [[('text', 24), ('page', 25), ('url', 26)]], {}), 28: ('wagtail.blocks.CharBlock', (), {'label': 'Text', 'max_length': 250, 'required': False}), 29: ('wagtail.blocks.CharBlock', (), {'label': 'Button', 'max_length': 60}), 30: ('wagtail.blocks.StructBlock', [[('text', 28), ('button', 29)]], {}), 31: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 32: ('wagtail.blocks.ListBlock', (31,), {'default': [], 'label': 'Results', 'required': False}), 33: ('wagtail.blocks.StructBlock', [[('heading', 13), ('text', 14), ('results', 32)]], {})}, verbose_name='text')),
                ('starts_at', models.DateTimeField(null=True, verbose_name='starts')),
                ('ends_at', models.DateTimeField(null=True, verbose_name='ends')),
                ('time_zone', models.CharField(default='Europe/Copenhagen', help_text='All times on this page are in this zone.', max_length=64, validators=[events.validators.validate_time_zone], verbose_name='time zone')),
                ('registration_opens_at', models.DateTimeField(blank=True, help_text='Leave empty to open when the page is published.', null=True, verbose_name='registration opens')),
                ('registration_closes_on', models.DateField(blank=True, help_text='Through the whole of that day. Leave empty to close when the event starts.', null=True, verbose_name='last day to register')),
                ('registration_closes_time', models.TimeField(blank=True, help_text='Only if it closes earlier that day.', null=True, verbose_name='at')),
                ('way_in', models.CharField(choices=[('first_come', 'First come, first served: a free seat is confirmed at once'), ('application', 'Apply, then we choose: staff confirm each registration')], default='first_come', max_length=16, verbose_name='how one gets a seat')),
                ('applications_hold_seat', models.BooleanField(default=False, help_text='When you choose among applications: an application takes a seat until it is decided, and when the seats are taken the next go on the waiting list.', verbose_name='applications hold a seat')),
                ('capacity', models.PositiveIntegerField(blank=True, help_text='Only if there is a limit besides that of each session.', null=True, verbose_name='seats at the whole event')),
                ('contact_email', models.EmailField(blank=True, help_text='Replies to our mails go here.', max_length=254, verbose_name='shared mailbox')),
                ('listing_text', models.CharField(blank=True, max_length=250, verbose_name='text in lists')),
                ('figure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='picture')),
                ('listing_image', models.ForeignKey(blank=True, help_text='Also used when the page is shared. Empty means the figure.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='picture in lists')),
            ],
            options={
                'verbose_name': 'event page',
                'verbose_name_plural': 'event pages',
            },
            bases=(wagtail.contrib.forms.models.FormMixin, 'wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='EventContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='kommed_events.eventpage')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Host',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('url', models.URLField(blank=True, verbose_name='web address')),
                ('logo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='logo')),
            ],
            options={
                'verbose_name': 'host',
                'verbose_name_plural': 'hosts',
                'ordering': ['name'],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='EventHost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('role', models.CharField(blank=True, help_text='For example “Host” or “In partnership”.', max_length=80, verbose_name='role')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='hosts', to='kommed_events.eventpage')),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kommed_events.host', verbose_name='host')),
            ],
            options={
                'verbose_name': 'host',
                'verbose_name_plural': 'hosts',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Todo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('event_session_dropped', 'A session with registrations was removed'), ('audience_dropped', 'An audience with registrations was removed'), ('source_taken_over', 'The page that steered this event was deleted'), ('page_deleted', 'The page of an event with registrations was deleted')], max_length=32)),
                ('name', models.CharField(blank=True, help_text='What it is about.', max_length=255)),
                ('event_session_key', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='todos', to='kommed_events.eventrecord')),
            ],
            options={
                'verbose_name': 'to-do',
                'verbose_name_plural': 'to-dos',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Venue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('street', models.CharField(blank=True, max_length=160, verbose_name='street and number')),
                ('postal_code', models.CharField(blank=True, max_length=12, verbose_name='postal code')),
                ('city', models.CharField(max_length=80, verbose_name='town')),
                ('directions', wagtail.fields.RichTextField(blank=True, verbose_name='how to get there')),
                ('accessibility', wagtail.fields.RichTextField(blank=True, help_text='Step-free entrance, lift, toilet, hearing loop, parking, whom to call.', verbose_name='access for people with disabilities')),
                ('map_url', models.URLField(blank=True, help_text='The page shows a link, never a map from elsewhere.', verbose_name='link to a map')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'venue',
                'verbose_name_plural': 'venues',
                'ordering': ['name'],
                'abstract': False,
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='EventAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_key', models.UUIDField(db_index=True, verbose_name='event')),
                ('event_session_key', models.UUIDField(blank=True, help_text='Empty means every session.', null=True, verbose_name='session')),
                ('can_change', models.BooleanField(default=False, verbose_name='decide')),
                ('can_export', models.BooleanField(default=False, verbose_name='export')),
                ('can_message', models.BooleanField(default=False, verbose_name='write to')),
                ('can_delete', models.BooleanField(default=False, verbose_name='delete')),
                ('notify', models.BooleanField(default=False, help_text='The mail says that there is one, never what it says.', verbose_name='gets a mail for each new registration')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='auth.group', verbose_name='group')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'access to registrations',
                'verbose_name_plural': 'access to registrations',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('group__isnull', True), ('user__isnull', False)), models.Q(('group__isnull', False), ('user__isnull', True)), _connector='OR'), name='kommed_events_eventaccess_user_or_group')],
            },
        ),
        migrations.CreateModel(
            name='EventAudience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(blank=True, help_text='What people choose: “Politician”.', max_length=80, verbose_name='name')),
                ('criterion', models.TextField(blank=True, help_text='Goes on after “You are welcome if”: “you are a politician and …”.', max_length=600, verbose_name='you are welcome if …')),
                ('is_choice', models.BooleanField(default=True, help_text='Untick for a criterion that holds for everyone.', verbose_name='people choose this')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='audiences', to='kommed_events.eventpage')),
            ],
            options={
                'verbose_name': 'audience',
                'verbose_name_plural': 'audiences',
                'ordering': ['sort_order'],
                'abstract': False,
                'unique_together': {('translation_key', 'locale')},
            },
        ),
        migrations.CreateModel(
            name='EventQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('clean_name', models.CharField(blank=True, default='', help_text='Safe name of the form field, the label converted to ascii_snake_case', max_length=255, verbose_name='name')),
                ('label', models.CharField(help_text='The label of the form field', max_length=255, verbose_name='label')),
                ('help_text', models.CharField(blank=True, max_length=255, verbose_name='help text')),
                ('field_type', models.CharField(choices=[('singleline', 'Single line of text'), ('multiline', 'Several lines of text'), ('email', 'E-mail address'), ('number', 'Number'), ('url', 'Web address'), ('date', 'Date'), ('checkbox', 'One checkbox'), ('checkboxes', 'Checkboxes, several may be chosen'), ('radio', 'Choices, one may be chosen'), ('dropdown', 'Drop-down list')], default='singleline', max_length=16, verbose_name='type')),
                ('choices', models.TextField(blank=True, help_text='One choice a line, for the types that have choices.', verbose_name='choices')),
                ('default_value', models.TextField(blank=True, editable=False, verbose_name='default value')),
                ('required', models.BooleanField(default=False, verbose_name='must be answered')),
                ('autocomplete', models.CharField(blank=True, choices=[('name', 'Name'), ('email', 'E-mail'), ('tel', 'Telephone'), ('organization', 'Organisation'), ('organization-title', 'Job title'), ('street-address', 'Street address'), ('postal-code', 'Postal code')], help_text="Lets the visitor's browser suggest what it knows of them.", max_length=32, verbose_name='filled in by the browser')),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='kommed_events.eventpage')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['sort_order'],
                'abstract': False,
                'unique_together': {('translation_key', 'locale')},
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reference', models.CharField(default=events.models.registration.new_reference, editable=False, max_length=12, unique=True, verbose_name='reference')),
                ('event_session_key', models.UUIDField(verbose_name='session')),
                ('audience_key', models.UUIDField(null=True, verbose_name='audience')),
                ('state', models.CharField(choices=[('pending', 'Awaits a decision'), ('confirmed', 'Confirmed'), ('waiting', 'On the waiting list'), ('offered', 'Offered a seat'), ('declined', 'Declined'), ('cancelled', 'Cancelled'), ('lapsed', 'Offer lapsed')], max_length=16, verbose_name='state')),
                ('waiting_since', models.DateTimeField(null=True)),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('organisation', models.CharField(blank=True, max_length=255, verbose_name='organisation')),
                ('language', models.CharField(max_length=16, verbose_name='language')),
                ('identity_key', models.CharField(max_length=320)),
                ('fingerprint', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(verbose_name='registered')),
                ('state_changed_at', models.DateTimeField(verbose_name='decided')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='kommed_events.eventrecord')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kommed_forms.submission')),
            ],
            options={
                'verbose_name': 'registration',
                'verbose_name_plural': 'registrations',
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(fields=['event', 'state', 'event_session_key', 'audience_key'], name='kommed_events_registration_by'), models.Index(condition=models.Q(('state', 'waiting')), fields=['event', 'waiting_since', 'id'], name='kommed_registration_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'confirmed', 'waiting', 'offered', 'declined', 'cancelled', 'lapsed'])), name='kommed_events_registration_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), ('waiting_since__isnull', False)), models.Q(models.Q(('state', 'waiting'), _negated=True), ('waiting_since__isnull', True)), _connector='OR'), name='kommed_events_registration_waiting_since_with_state'), models.UniqueConstraint(condition=models.Q(('state__in', ['confirmed', 'offered', 'pending', 'waiting'])), fields=('event', 'identity_key'), name='kommed_events_registration_one_live_per_person')],
            },
        ),
        migrations.CreateModel(
            name='SeatPool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('event', 'The whole event'), ('event_session', 'A session'), ('audience', 'An audience at a session')], max_length=16)),
                ('event_session_key', models.UUIDField(null=True)),
                ('audience_key', models.UUIDField(null=True)),
                ('name', models.CharField(help_text='What it is called in the first language.', max_length=255)),
                ('capacity', models.PositiveIntegerField(help_text='Empty means no limit.', null=True, verbose_name='seats')),
                ('is_closed', models.BooleanField(default=False, help_text='Closed pools were dropped from the page and take nobody.')),
                ('sort_order', models.PositiveIntegerField(default=0)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seat_pools', to='kommed_events.eventrecord')),
            ],
            options={
                'verbose_name': 'seat pool',
                'verbose_name_plural': 'seat pools',
                'ordering': ['sort_order', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'event')), fields=('event',), name='kommed_events_seatpool_one_root'), models.UniqueConstraint(condition=models.Q(('kind', 'event_session')), fields=('event', 'event_session_key'), name='kommed_events_seatpool_one_per_session'), models.UniqueConstraint(condition=models.Q(('kind', 'audience')), fields=('event', 'event_session_key', 'audience_key'), name='kommed_events_seatpool_one_per_audience'), models.CheckConstraint(condition=models.Q(models.Q(('audience_key__isnull', True), ('event_session_key__isnull', True), ('kind', 'event')), models.Q(('audience_key__isnull', True), ('event_session_key__isnull', False), ('kind', 'event_session')), models.Q(('audience_key__isnull', False), ('event_session_key__isnull', False), ('kind', 'audience')), _connector='OR'), name='kommed_events_seatpool_keys_of_kind')],
            },
        ),
        migrations.CreateModel(
            name='EventSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(help_text='What people choose by, usually the town: “Aalborg”.', max_length=80, verbose_name='name')),
                ('heading', models.CharField(blank=True, help_text='The angle this session takes.', max_length=200, verbose_name='heading')),
                ('description', wagtail.fields.RichTextField(blank=True, verbose_name='description')),
                ('co_hosts', wagtail.fields.StreamField([('host', 0)], blank=True, block_lookup={0: ('wagtail.snippets.blocks.SnippetChooserBlock', ('kommed_events.Host',), {'label': 'Host'})}, verbose_name='co-hosts')),
                ('contacts', wagtail.fields.StreamField([('contact', 4)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Name', 'max_length': 120}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120, 'required': False}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Telephone', 'max_length': 40, 'required': False}), 3: ('wagtail.blocks.EmailBlock', (), {'label': 'E-mail', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('name', 0), ('title', 1), ('phone', 2), ('email', 3)]], {})}, verbose_name='contacts of this session')),
                ('capacity', models.PositiveIntegerField(blank=True, help_text='Leave empty for no limit. When the seats are taken there is a waiting list.', null=True, validators=[django.core.validators.MaxValueValidator(100000)], verbose_name='seats')),
                ('starts_at', models.DateTimeField(blank=True, help_text='Only if it differs from the event.', null=True, verbose_name='starts')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='ends')),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='picture')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='event_sessions', to='kommed_events.eventpage')),
                ('venue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='kommed_events.venue', verbose_name='venue')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ['sort_order'],
                'abstract': False,
                'unique_together': {('translation_key', 'locale')},
            },
        ),
    ]
