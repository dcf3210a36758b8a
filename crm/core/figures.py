"""What an institute publishes to its network: numbers about itself, each with its definition, and nothing else.

An app declares its figures in `<app>/figures.py`; crm.network publishes and compares them.
"""

from enum import StrEnum

from django.db.models import TextChoices


class Unit(StrEnum):
    COUNT = "count"
    PENCE = "pence"


class Group(TextChoices):
    """Figures that are compared side by side."""

    EMPLOYERS = "employers", "Employers"
    MONEY = "money", "Money this year"
    MONEY_IN_ALL = "money-in-all", "Money in all"
    CHALLENGES = "challenges", "STE(A)M challenges"


class Figure:
    """Base of a published figure; register the subclass with `network_figures.register`.

    `name` is stored and never changes. `version` rises with every change of what is counted, so that figures counted
    differently are never put side by side. `concerns_learners` keeps a number below DISCLOSURE_THRESHOLD unpublished.
    `on_my_day` also shows it on the network lead's first page.
    """

    name: str
    label: str
    group: Group
    unit: Unit
    definition: str
    version = 1
    order = 100
    concerns_learners = False
    on_my_day = False

    def value(self) -> int:
        """The number now, of the institute in the context; pence for money."""
        raise NotImplementedError
