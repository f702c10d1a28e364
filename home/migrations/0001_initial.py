import django.db.models.deletion
import home.models
import wagtail.fields
import swapper
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("wagtailcore", "0094_alter_page_locale"),
        ('wagtailimages', '0027_image_description'),
    ]

    operations = [
        migrations.CreateModel(
            name='EventIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=swapper.get_model_name("wagtailcore", "Page"))),
                ('lead', models.TextField(blank=True, max_length=600, verbose_name='lead')),
            ],
            options={
                'verbose_name': 'event index',
                'verbose_name_plural': 'event indexes',
            },
            bases=(home.models.PlainSlugMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='StandardPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=swapper.get_model_name("wagtailcore", "Page"))),
                ('lead', models.TextField(blank=True, max_length=600, verbose_name='lead')),
                ('text', wagtail.fields.RichTextField(blank=True, verbose_name='text')),
                ('body', wagtail.fields.StreamField([('text', 2), ('figure', 6), ('quote', 12), ('fact_box', 15), ('steps', 20), ('document_link', 23), ('further_reading', 27), ('call_to_register', 30), ('outcome', 33)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ul', 'ol', 'h3'], 'label': 'Text', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('heading', 0), ('text', 1)]], {}), 3: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Picture caption', 'max_length': 250, 'required': False}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Credit', 'max_length': 120, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 3), ('caption', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.TextBlock', (), {'label': 'The quote', 'max_length': 1500}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Person', 'max_length': 120}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Role', 'max_length': 160, 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Organisation', 'max_length': 160, 'required': False}), 11: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Portrait', 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('words', 7), ('person', 8), ('role', 9), ('organisation', 10), ('portrait', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120}), 14: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ul', 'ol', 'h3'], 'label': 'Text'}), 15: ('wagtail.blocks.StructBlock', [[('heading', 13), ('text', 14)]], {}), 16: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 17: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 600, 'required': False}), 18: ('wagtail.blocks.StructBlock', [[('title', 16), ('text', 17)]], {}), 19: ('wagtail.blocks.ListBlock', (18,), {'label': 'Steps', 'min_num': 1}), 20: ('wagtail.blocks.StructBlock', [[('heading', 0), ('steps', 19)]], {}), 21: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 22: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example “Read the whole invitation”.', 'label': 'Link text', 'max_length': 120}), 23: ('wagtail.blocks.StructBlock', [[('document', 21), ('text', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Link text', 'max_length': 160}), 25: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 26: ('wagtail.blocks.URLBlock', (), {'label': 'or web address', 'required': False}), 27: ('wagtail.blocks.StructBlock', [[('text', 24), ('page', 25), ('url', 26)]], {}), 28: ('wagtail.blocks.CharBlock', (), {'label': 'Text', 'max_length': 250, 'required': False}), 29: ('wagtail.blocks.CharBlock', (), {'label': 'Button', 'max_length': 60}), 30: ('wagtail.blocks.StructBlock', [[('text', 28), ('button', 29)]], {}), 31: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 32: ('wagtail.blocks.ListBlock', (31,), {'default': [], 'label': 'Results', 'required': False}), 33: ('wagtail.blocks.StructBlock', [[('heading', 13), ('text', 14), ('results', 32)]], {})}, verbose_name='more')),
            ],
            options={
                'verbose_name': 'plain page',
                'verbose_name_plural': 'plain pages',
            },
            bases=(home.models.PlainSlugMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=swapper.get_model_name("wagtailcore", "Page"))),
                ('lead', models.TextField(blank=True, max_length=600, verbose_name='lead')),
                ('body', wagtail.fields.StreamField([('text', 2), ('figure', 6), ('quote', 12), ('fact_box', 15), ('steps', 20), ('document_link', 23), ('further_reading', 27), ('call_to_register', 30), ('outcome', 33)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ul', 'ol', 'h3'], 'label': 'Text', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('heading', 0), ('text', 1)]], {}), 3: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Picture caption', 'max_length': 250, 'required': False}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Credit', 'max_length': 120, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 3), ('caption', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.TextBlock', (), {'label': 'The quote', 'max_length': 1500}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Person', 'max_length': 120}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Role', 'max_length': 160, 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Organisation', 'max_length': 160, 'required': False}), 11: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Portrait', 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('words', 7), ('person', 8), ('role', 9), ('organisation', 10), ('portrait', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120}), 14: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ul', 'ol', 'h3'], 'label': 'Text'}), 15: ('wagtail.blocks.StructBlock', [[('heading', 13), ('text', 14)]], {}), 16: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 17: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 600, 'required': False}), 18: ('wagtail.blocks.StructBlock', [[('title', 16), ('text', 17)]], {}), 19: ('wagtail.blocks.ListBlock', (18,), {'label': 'Steps', 'min_num': 1}), 20: ('wagtail.blocks.StructBlock', [[('heading', 0), ('steps', 19)]], {}), 21: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 22: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example “Read the whole invitation”.', 'label': 'Link text', 'max_length': 120}), 23: ('wagtail.blocks.StructBlock', [[('document', 21), ('text', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Link text', 'max_length': 160}), 25: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 26: ('wagtail.blocks.URLBlock', (), {'label': 'or web address', 'required': False}), 27: ('wagtail.blocks.StructBlock', [[('text', 24), ('page', 25), ('url', 26)]], {}), 28: ('wagtail.blocks.CharBlock', (), {'label': 'Text', 'max_length': 250, 'required': False}), 29: ('wagtail.blocks.CharBlock', (), {'label': 'Button', 'max_length': 60}), 30: ('wagtail.blocks.StructBlock', [[('text', 28), ('button', 29)]], {}), 31: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 32: ('wagtail.blocks.ListBlock', (31,), {'default': [], 'label': 'Results', 'required': False}), 33: ('wagtail.blocks.StructBlock', [[('heading', 13), ('text', 14), ('results', 32)]], {})}, verbose_name='text')),
                ('figure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='figure')),
            ],
            options={
                'verbose_name': 'home page',
                'verbose_name_plural': 'home pages',
            },
            bases=(home.models.PlainSlugMixin, 'wagtailcore.page'),
        ),
    ]
