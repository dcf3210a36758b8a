"""What base templates and shared pages are put together with."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from crm.identity.roles import Role
from crm.web import shell
from crm.web.templatetags.ui import render

register = template.Library()


@register.simple_tag(takes_context=True)
def shell_entries(context: Context) -> tuple[shell.Entry, ...]:
    """`{% shell_entries as entries %}`: what this person may go to from here."""
    return shell.entries(context["request"], context["navigation"])


@register.simple_tag
@lru_cache(maxsize=1024)  # of each institute, each set of rights and each place in them
def places(template: str, entries: tuple[shell.Entry, ...]) -> SafeString:
    """`{% places "web/sidebar_places.html" entries %}`: a part of the frame that shows nothing but the entries."""
    return render(template, entries=entries)


@register.simple_tag(takes_context=True)
def site_name(context: Context) -> str:
    """`{% site_name as site %}`: the institute you are in, else the product."""
    institute = context.get("institute")
    return institute.short_name if institute else "Anchorpoint"


@register.simple_tag(takes_context=True)
def theme_choice(context: Context) -> str:
    """`{% theme_choice as chosen %}`: light, dark or system."""
    return shell.chosen_theme(context["request"])


@register.simple_tag(takes_context=True)
def role_names(context: Context) -> str:
    """The person's roles in this institute, in words."""
    roles = getattr(context["request"], "roles", set())
    return ", ".join(sorted(Role(role).label for role in roles))


@register.simple_tag(takes_context=True)
def panels(context: Context, slot: str, subject: Any = None) -> SafeString:
    """`{% panels "employer" employer %}`: what other apps show on this page, each behind its permission.

    A panel whose `context(request, subject)` answers None has nothing to say and is left out.
    """
    return shell.shown_panels(context["request"], slot, subject).html
