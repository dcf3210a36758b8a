"""Loads the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from workers.demo.load import load_demo


class Command(BaseCommand):
    """Safe to repeat: a second run changes nothing."""

    help = "Load the 21 institutes and the story of one sponsorship. What is not public is marked as illustrative."

    def handle(self, *args: Any, **options: Any) -> None:
        for step in load_demo():
            self.stdout.write(step)
