"""What the workers remember about themselves. It belongs to no institute."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker last took a task, or the beat last had a message delivered."""

    class Kind(models.TextChoices):
        WORKER = "worker", "Worker"
        BEAT = "beat", "Beat"

    name = models.CharField(max_length=120, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    beaten_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "name"]


class Tick(models.Model):
    """One period of one job: two beats, or a message that the broker repeats, run it once."""

    job = models.CharField(max_length=80)
    period_start = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["job", "-period_start"]
        constraints = [models.UniqueConstraint(fields=["job", "period_start"], name="workers_tick_once")]
