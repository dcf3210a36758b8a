"""Count employers of one health level from an index alone: the table itself was read for the employer of every row."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('employers', '0005_compare_names'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='employerhealth',
            name='employers_health_by_level',
        ),
        migrations.AddIndex(
            model_name='employerhealth',
            index=models.Index(fields=['institute', 'level'], include=('employer',), name='employers_health_by_level'),
        ),
    ]
