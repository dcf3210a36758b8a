"""What the workers remember about themselves. It belongs to no institute."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker or a beat last said that it is alive. Removed when it stops as it should."""

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
