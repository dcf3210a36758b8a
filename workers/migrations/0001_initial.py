from django.db import migrations, models

from crm.base.row_security import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateTables(
            [migrations.CreateModel(
                name='Heartbeat',
                fields=[
                    ('name', models.CharField(max_length=120, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('worker', 'Worker'), ('beat', 'Beat')], max_length=10)),
                    ('beaten_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['kind', 'name'],
                },
            ), migrations.CreateModel(
                name='Tick',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('job', models.CharField(max_length=80)),
                    ('period_start', models.DateTimeField()),
                    ('started_at', models.DateTimeField()),
                    ('finished_at', models.DateTimeField(null=True)),
                ],
                options={
                    'ordering': ['job', '-period_start'],
                    'constraints': [models.UniqueConstraint(fields=('job', 'period_start'), name='workers_tick_once')],
                },
            )],
        ),
    ]
