import django.core.validators
import django.db.models.deletion
import forms.fields
import forms.models.question
import forms.models.upload
import forms.question_types.registry
import modelcluster.fields
import uuid
import wagtail.contrib.forms.models
import wagtail.fields
import wagtail.models.preview
from django.conf import settings
import swapper
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ("wagtailcore", "0094_alter_page_locale"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DueJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0, help_text='How many times in a row it has not come to its end.')),
                ('last_error', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='FormPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=swapper.get_model_name("wagtailcore", "Page"))),
                ('intro', wagtail.fields.RichTextField(blank=True, verbose_name='introduction')),
                ('thanks', wagtail.fields.RichTextField(blank=True, help_text='Shown when the form has been sent.', verbose_name='thanks')),
                ('button_text', models.CharField(blank=True, help_text='Empty means “Send”.', max_length=80, verbose_name='text of the button')),
                ('check_answers', models.BooleanField(default=False, verbose_name='let people check their answers before they send them')),
                ('copy_to_sender', models.BooleanField(default=False, help_text='To the first e-mail address asked for. Confidential answers and those of a special category are left out.', verbose_name='send people a copy of their answers')),
                ('contact_email', models.EmailField(blank=True, help_text='Replies to our mails go here.', max_length=254, verbose_name='shared mailbox')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='opens')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='closes')),
            ],
            options={
                'verbose_name': 'form page',
                'verbose_name_plural': 'form pages',
            },
            bases=(wagtail.contrib.forms.models.FormMixin, 'wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='FormRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False, help_text='The key of the page, in every language.', unique=True)),
                ('source_locale', models.CharField(max_length=16)),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('is_live', models.BooleanField(default=True, verbose_name='published')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'form',
                'verbose_name_plural': 'forms',
                'ordering': ['title', 'id'],
            },
        ),
        migrations.CreateModel(
            name='OutboxStatus',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=200)),
                ('try_again_at', models.DateTimeField(null=True)),
                ('staff_told_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='WorkerHeartbeat',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('beat_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FormVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('form_key', models.UUIDField(help_text='The key of the page that carries the form, in every language.', verbose_name='form')),
                ('language', models.CharField(max_length=16, verbose_name='language')),
                ('digest', models.CharField(max_length=64)),
                ('document', models.JSONField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'form version',
                'verbose_name_plural': 'form versions',
                'constraints': [models.UniqueConstraint(fields=('form_key', 'digest'), name='kommed_forms_formversion_unique')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=64, verbose_name='kind')),
                ('language', models.CharField(max_length=16, verbose_name='language')),
                ('to', models.EmailField(max_length=254, verbose_name='to')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='reply to')),
                ('context', models.JSONField(default=dict)),
                ('scope_key', models.UUIDField(db_index=True, help_text='The form or event that the message belongs to.')),
                ('subject_key', models.UUIDField(db_index=True, help_text='The registration that the message is about.', null=True)),
                ('dedupe_key', models.CharField(max_length=200, null=True, unique=True)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('aborted', 'Overtaken, not sent')], default='queued', max_length=16, verbose_name='state')),
                ('priority', models.PositiveSmallIntegerField(choices=[(0, 'At once'), (5, 'After those to single persons'), (9, 'Last')], default=0)),
                ('batch_key', models.UUIDField(db_index=True, help_text='What was written to many, of which this is one.', null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(verbose_name='next attempt')),
                ('lease_until', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=200, verbose_name='last error')),
                ('created_at', models.DateTimeField(verbose_name='queued')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('words', models.JSONField(help_text="Subject and text of the editors' own that the mail was sent with.", null=True)),
                ('provider_id', models.CharField(blank=True, db_index=True, help_text='What the provider calls it.', max_length=255)),
                ('delivery', models.CharField(blank=True, choices=[('deferred', 'Delayed'), ('delivered', 'Delivered'), ('bounced', 'Bounced'), ('complained', 'Called spam by the recipient')], max_length=16, verbose_name='delivery')),
                ('delivery_at', models.DateTimeField(help_text='When that happened, as the provider tells.', null=True)),
                ('cleared_at', models.DateTimeField(help_text='When its words were removed, as they are after a while.', null=True)),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'sending'])), fields=['priority', 'next_attempt_at', 'id'], name='kommed_forms_message_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'sending', 'sent', 'failed', 'aborted'])), name='kommed_forms_message_state'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='kommed_forms_message_sent_at_with_state'), models.CheckConstraint(condition=models.Q(models.Q(('delivery', ''), ('delivery_at__isnull', True)), models.Q(models.Q(('delivery', ''), _negated=True), ('delivery_at__isnull', False)), _connector='OR'), name='kommed_forms_message_delivery_with_time')],
            },
        ),
        migrations.CreateModel(
            name='MessageTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64, verbose_name='mail')),
                ('language', models.CharField(max_length=16, verbose_name='language')),
                ('scope_key', models.UUIDField(blank=True, null=True, verbose_name='only for')),
                ('subject', models.CharField(max_length=150, verbose_name='subject')),
                ('text', models.TextField(max_length=5000, verbose_name='text')),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'mail text',
                'verbose_name_plural': 'mail texts',
                'ordering': ['kind', 'language', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('scope_key__isnull', True)), fields=('kind', 'language'), name='kommed_forms_messagetemplate_one_for_all'), models.UniqueConstraint(condition=models.Q(('scope_key__isnull', False)), fields=('kind', 'language', 'scope_key'), name='kommed_forms_messagetemplate_one_per_scope')],
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='PostCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=64)),
                ('window_start', models.DateTimeField(db_index=True)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scope', 'window_start'), name='kommed_forms_postcount_unique')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('answers', models.JSONField(help_text='Answers by question key.')),
                ('submitted_at', models.DateTimeField(verbose_name='sent')),
                ('fingerprint', models.CharField(blank=True, help_text='Makes a repeat recognisable.', max_length=64)),
                ('suspicion', models.CharField(blank=True, choices=[('honeypot', 'A field was filled in that people do not see'), ('honeypot_once', 'A field was filled in that people do not see, but not the second time'), ('too_fast', 'Sent faster than anybody reads'), ('no_token', 'Sent without having opened the page'), ('too_many', 'Many from the same network in a short time')], max_length=16, verbose_name="looks like a machine's")),
                ('purged_at', models.DateTimeField(help_text='When the last answer was removed because its time was over.', null=True)),
                ('form_record', models.ForeignKey(help_text='Empty when the submission came with a registration.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='kommed_forms.formrecord')),
                ('form_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kommed_forms.formversion')),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
            },
        ),
        migrations.CreateModel(
            name='TakenPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_key', models.UUIDField()),
                ('question_key', models.CharField(max_length=255)),
                ('choice_key', models.CharField(max_length=64)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken_places', to='kommed_forms.submission')),
            ],
            options={
                'verbose_name': 'taken place',
                'verbose_name_plural': 'taken places',
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('question_key', models.CharField(max_length=255)),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('content_type', models.CharField(max_length=100, verbose_name='type')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('file', models.FileField(storage=forms.models.upload.private_storage, upload_to=forms.models.upload.random_name)),
                ('form_key', models.CharField(blank=True, max_length=64)),
                ('sender', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('submission', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='kommed_forms.submission')),
            ],
            options={
                'verbose_name': 'uploaded file',
                'verbose_name_plural': 'uploaded files',
            },
        ),
        migrations.CreateModel(
            name='FormAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_key', models.UUIDField(db_index=True, verbose_name='form')),
                ('can_sensitive', models.BooleanField(default=False, verbose_name='see answers of special categories')),
                ('can_export', models.BooleanField(default=False, verbose_name='export')),
                ('can_delete', models.BooleanField(default=False, verbose_name='delete')),
                ('notify', models.CharField(blank=True, choices=[('', 'Never'), ('at_once', 'At once'), ('hourly', 'Together, once an hour'), ('daily', 'Together, once a day')], default='', help_text='By mail, which says that there is something, never what it says.', max_length=16, verbose_name='hears of what is new')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='auth.group', verbose_name='group')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'access to submissions',
                'verbose_name_plural': 'access to submissions',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('group__isnull', True), ('user__isnull', False)), models.Q(('group__isnull', False), ('user__isnull', True)), _connector='OR'), name='kommed_forms_formaccess_user_or_group')],
            },
        ),
        migrations.CreateModel(
            name='FormQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('clean_name', models.CharField(blank=True, default='', help_text='Safe name of the form field, the label converted to ascii_snake_case', max_length=255, verbose_name='name')),
                ('label', models.CharField(help_text='The label of the form field', max_length=255, verbose_name='label')),
                ('field_type', models.CharField(choices=forms.question_types.registry.type_choices, default='singleline', max_length=32, verbose_name='type')),
                ('required', models.BooleanField(default=False, verbose_name='must be answered')),
                ('help_text', models.CharField(blank=True, max_length=500, verbose_name='help text')),
                ('statement', models.TextField(blank=True, help_text='What is consented to, or explained. Kept with each answer.', max_length=2000, verbose_name='text')),
                ('choices', forms.fields.ChoicesField(blank=True, default=list, verbose_name='choices')),
                ('has_other', models.BooleanField(default=False, help_text='Adds a last choice with a line to write on.', verbose_name='offer “other, namely”')),
                ('default_value', models.CharField(blank=True, help_text='Stored with every answer. Visitors neither see nor change it.', max_length=255, verbose_name='value')),
                ('min_length', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='at least this many characters')),
                ('max_length', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='at most this many characters')),
                ('min_value', models.CharField(blank=True, help_text='A number, or a date: 2026-12-24.', max_length=32, verbose_name='least')),
                ('max_value', models.CharField(blank=True, help_text='A number, or a date: 2026-12-24.', max_length=32, verbose_name='most')),
                ('min_choices', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='choose at least')),
                ('max_choices', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='choose at most')),
                ('pattern', models.CharField(blank=True, choices=[('digits', 'Digits only'), ('letters', 'Letters only'), ('postal_code', 'Danish postal code, four digits'), ('cvr', 'Danish CVR number, eight digits'), ('ean', 'EAN number, thirteen digits'), ('no_links', 'No web addresses')], max_length=16, verbose_name='shape of the answer')),
                ('autocomplete', models.CharField(blank=True, choices=[('name', 'Name'), ('email', 'E-mail'), ('tel', 'Telephone'), ('organization', 'Organisation'), ('organization-title', 'Job title'), ('street-address', 'Street address'), ('postal-code', 'Postal code'), ('address-level2', 'Town'), ('country', 'Country'), ('url', 'Web address'), ('bday', 'Date of birth')], help_text="Lets the visitor's browser suggest what it knows of them.", max_length=32, verbose_name='filled in by the browser')),
                ('error_text', models.CharField(blank=True, help_text='Said instead of our own words when the answer is missing or will not do.', max_length=255, verbose_name='error text')),
                ('conditions', forms.fields.ConditionsField(blank=True, default=dict, verbose_name='asked only if')),
                ('purpose', models.CharField(blank=True, default=forms.models.question.default_purpose, help_text='Shown to the visitor.', max_length=250, verbose_name='what the answer is for')),
                ('legal_basis', models.CharField(choices=[('public_task', 'A task in the public interest, article 6(1)(e)'), ('consent', 'Consent, article 6(1)(a)'), ('contract', 'An agreement with the person, article 6(1)(b)'), ('legal_obligation', 'A legal obligation, article 6(1)(c)'), ('legitimate_interests', 'Legitimate interests, article 6(1)(f)')], default='public_task', max_length=32, verbose_name='legal basis')),
                ('privacy_class', models.CharField(choices=[('ordinary', 'Ordinary'), ('confidential', 'Confidential'), ('special', 'Special category: health, religion, politics, union and the like')], default='ordinary', help_text='Answers of a special category stay out of lists and mails.', max_length=16, verbose_name='how sensitive')),
                ('special_basis', models.CharField(blank=True, choices=[('explicit_consent', 'Explicit consent, article 9(2)(a)'), ('made_public', 'The person has made it public, article 9(2)(e)'), ('substantial_interest', 'Substantial public interest, article 9(2)(g)'), ('social_law', 'Obligations in social and employment law, article 9(2)(b)')], max_length=32, verbose_name='basis for the special category')),
                ('keep_days', models.PositiveSmallIntegerField(default=90, help_text='After the event, or after sending where there is no event.', validators=[django.core.validators.MaxValueValidator(3650)], verbose_name='kept for this many days')),
                ('row_key', forms.fields.RowKeyField(blank=True, default=uuid.uuid4)),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='kommed_forms.formpage')),
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
            name='DeliveryEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=32, verbose_name='provider')),
                ('event_id', models.CharField(help_text="The provider's, or a digest of what was told.", max_length=255)),
                ('kind', models.CharField(max_length=32, verbose_name='what happened')),
                ('reason', models.CharField(blank=True, max_length=64, verbose_name='reason')),
                ('happened_at', models.DateTimeField(verbose_name='happened')),
                ('received_at', models.DateTimeField(verbose_name='told')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='delivery_events', to='kommed_forms.message')),
            ],
            options={
                'verbose_name': 'delivery event',
                'verbose_name_plural': 'delivery events',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('provider', 'event_id'), name='kommed_forms_deliveryevent_once')],
            },
        ),
        migrations.CreateModel(
            name='ReadyQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('clean_name', models.CharField(blank=True, default='', help_text='Safe name of the form field, the label converted to ascii_snake_case', max_length=255, verbose_name='name')),
                ('label', models.CharField(help_text='The label of the form field', max_length=255, verbose_name='label')),
                ('field_type', models.CharField(choices=forms.question_types.registry.type_choices, default='singleline', max_length=32, verbose_name='type')),
                ('required', models.BooleanField(default=False, verbose_name='must be answered')),
                ('help_text', models.CharField(blank=True, max_length=500, verbose_name='help text')),
                ('statement', models.TextField(blank=True, help_text='What is consented to, or explained. Kept with each answer.', max_length=2000, verbose_name='text')),
                ('choices', forms.fields.ChoicesField(blank=True, default=list, verbose_name='choices')),
                ('has_other', models.BooleanField(default=False, help_text='Adds a last choice with a line to write on.', verbose_name='offer “other, namely”')),
                ('default_value', models.CharField(blank=True, help_text='Stored with every answer. Visitors neither see nor change it.', max_length=255, verbose_name='value')),
                ('min_length', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='at least this many characters')),
                ('max_length', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='at most this many characters')),
                ('min_value', models.CharField(blank=True, help_text='A number, or a date: 2026-12-24.', max_length=32, verbose_name='least')),
                ('max_value', models.CharField(blank=True, help_text='A number, or a date: 2026-12-24.', max_length=32, verbose_name='most')),
                ('min_choices', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='choose at least')),
                ('max_choices', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='choose at most')),
                ('pattern', models.CharField(blank=True, choices=[('digits', 'Digits only'), ('letters', 'Letters only'), ('postal_code', 'Danish postal code, four digits'), ('cvr', 'Danish CVR number, eight digits'), ('ean', 'EAN number, thirteen digits'), ('no_links', 'No web addresses')], max_length=16, verbose_name='shape of the answer')),
                ('autocomplete', models.CharField(blank=True, choices=[('name', 'Name'), ('email', 'E-mail'), ('tel', 'Telephone'), ('organization', 'Organisation'), ('organization-title', 'Job title'), ('street-address', 'Street address'), ('postal-code', 'Postal code'), ('address-level2', 'Town'), ('country', 'Country'), ('url', 'Web address'), ('bday', 'Date of birth')], help_text="Lets the visitor's browser suggest what it knows of them.", max_length=32, verbose_name='filled in by the browser')),
                ('error_text', models.CharField(blank=True, help_text='Said instead of our own words when the answer is missing or will not do.', max_length=255, verbose_name='error text')),
                ('conditions', forms.fields.ConditionsField(blank=True, default=dict, verbose_name='asked only if')),
                ('purpose', models.CharField(blank=True, default=forms.models.question.default_purpose, help_text='Shown to the visitor.', max_length=250, verbose_name='what the answer is for')),
                ('legal_basis', models.CharField(choices=[('public_task', 'A task in the public interest, article 6(1)(e)'), ('consent', 'Consent, article 6(1)(a)'), ('contract', 'An agreement with the person, article 6(1)(b)'), ('legal_obligation', 'A legal obligation, article 6(1)(c)'), ('legitimate_interests', 'Legitimate interests, article 6(1)(f)')], default='public_task', max_length=32, verbose_name='legal basis')),
                ('privacy_class', models.CharField(choices=[('ordinary', 'Ordinary'), ('confidential', 'Confidential'), ('special', 'Special category: health, religion, politics, union and the like')], default='ordinary', help_text='Answers of a special category stay out of lists and mails.', max_length=16, verbose_name='how sensitive')),
                ('special_basis', models.CharField(blank=True, choices=[('explicit_consent', 'Explicit consent, article 9(2)(a)'), ('made_public', 'The person has made it public, article 9(2)(e)'), ('substantial_interest', 'Substantial public interest, article 9(2)(g)'), ('social_law', 'Obligations in social and employment law, article 9(2)(b)')], max_length=32, verbose_name='basis for the special category')),
                ('keep_days', models.PositiveSmallIntegerField(default=90, help_text='After the event, or after sending where there is no event.', validators=[django.core.validators.MaxValueValidator(3650)], verbose_name='kept for this many days')),
                ('row_key', forms.fields.RowKeyField(blank=True, default=uuid.uuid4)),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'ready question',
                'verbose_name_plural': 'ready questions',
                'ordering': ['label'],
                'abstract': False,
                'unique_together': {('translation_key', 'locale')},
            },
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('form_record__isnull', False)), fields=['form_record', '-submitted_at'], name='kommed_forms_submission_by'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('suspicion__in', ['', 'honeypot', 'honeypot_once', 'too_fast', 'no_token', 'too_many'])), name='kommed_forms_submission_suspicion'),
        ),
        migrations.AddIndex(
            model_name='takenplace',
            index=models.Index(fields=['form_key', 'question_key', 'choice_key'], name='kommed_forms_takenplace_by'),
        ),
        migrations.AddConstraint(
            model_name='takenplace',
            constraint=models.UniqueConstraint(fields=('submission', 'question_key', 'choice_key'), name='kommed_forms_takenplace_unique'),
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(condition=models.Q(('submission__isnull', True)), fields=['form_key'], name='kommed_forms_upload_waiting'),
        ),
    ]
