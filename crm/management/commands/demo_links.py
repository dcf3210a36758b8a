"""Shows how to sign in to the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from crm.accounts.demo_links import sign_in_links


class Command(BaseCommand):
    """Only where DEMO is on: a link counts as both factors."""

    help = "Print one-time sign-in links for the people of the demo, one per role."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Sign-in links exist only in the demo. On a server people sign in by a mailed code.")
        links = sign_in_links()
        if not links:
            self.stdout.write("There is nobody to sign in as yet.")
            return
        roles, people = (max(len(link[column]) for link in links) for column in (0, 1))
        self.stdout.write("Sign in as one of these (each link works once; `manage.py demo_links` makes new ones):")
        for role, person, url in links:
            self.stdout.write(f"  {role:<{roles}}  {person:<{people}}  {url}")
