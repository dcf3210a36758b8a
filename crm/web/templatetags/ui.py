"""The components as tags, each one file of templates/components; the gallery shows them all. Built in: no load."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_outline

from crm.base.money import format_pounds
from crm.web.words import initials

register = template.Library()


def render(component: str, **values: Any) -> SafeString:
    """The component with exactly these values: what a tag's signature does not name, its file cannot see."""
    return get_template(component).render(values)


@lru_cache(maxsize=512)
def _same(component: str, **values: str) -> SafeString:
    """As `render`, for small parts that stand in every row of a list with few values: the same ones give the same."""
    return render(component, **values)


def trimmed(content: str) -> SafeString:
    """What stood between the tags, already safe, without the white space around it: empty when there was nothing."""
    return mark_safe(content.strip())  # noqa: S308 (rendered by the template engine just now)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "phone" %}`: a heroicon drawn in the colour of the text and hidden from screen readers."""
    return _icon(str(name), f"icon {size}".strip())


@lru_cache(maxsize=256)
def _icon(name: str, css: str) -> SafeString:
    attributes = {"class": css, "aria-hidden": "true", "focusable": "false"}
    return mark_safe(heroicon_outline(name, size=None, **attributes))  # noqa: S308 (drawn from the wheel's own file)


@register.simple_block_tag(end_name="endpage_header")
def page_header(
    content: str, title: str, *, subtitle: str = "", avatar: str = "", tags: str = "", title_note: str = ""
) -> SafeString:
    """`{% page_header "Employers" subtitle="…" %}buttons{% endpage_header %}`: the one h1 and what can be done here.

    `avatar` is a name whose initials stand before the title; `tags` is safe HTML (pills) under it.
    """
    return render(
        "components/page_header.html",
        title=title,
        subtitle=subtitle,
        avatar=avatar,
        tags=tags,
        title_note=title_note,
        actions=trimmed(content),
    )


@register.simple_tag
def breadcrumb(*parts: str) -> SafeString:
    """`{% breadcrumb "Employers" list_url "Quickline" %}`: label and address in pairs, the last label alone."""
    links = [{"label": label, "url": url} for label, url in zip(parts[0::2], parts[1::2], strict=False)]
    return render("components/breadcrumb.html", links=links, here=parts[-1] if len(parts) % 2 else "")


@register.simple_block_tag(end_name="endcard")
def card(
    content: str,
    title: str = "",
    *,
    aside: str = "",
    link_url: str = "",
    link_text: str = "",
    footer: str = "",
    anchor: str = "",
    flush: bool = False,
) -> SafeString:
    """`{% card "People" link_url=add_url link_text="Add" %}…{% endcard %}`. `flush` for a table or rows inside."""
    return render(
        "components/card.html",
        title=title,
        aside=aside,
        link_url=link_url,
        link_text=link_text,
        footer=footer,
        anchor=anchor,
        flush=flush,
        content=content,
    )


@register.simple_block_tag(end_name="endtabs")
def tabs(content: str, label: str) -> SafeString:
    """`{% tabs "Views" %}{% tab "All" url current=True count=10 %}{% endtabs %}`: links to sibling pages."""
    return render("components/tabs.html", label=label, content=content)


@register.simple_tag
def tab(label: str, url: str, *, current: bool = False, count: int | None = None) -> SafeString:
    """One tab inside `{% tabs %}`."""
    return render("components/tab.html", label=label, url=url, current=current, count=count)


@register.simple_tag
def button(label: str, *, look: str = "primary", icon: str = "", name: str = "", value: str = "") -> SafeString:
    """`{% button "Save" %}`: submits its form. look: primary, "", danger, quiet, small."""
    return render("components/button.html", label=label, look=look, icon=icon, name=name, value=value)


@register.simple_tag
def link_button(label: str, url: str, *, look: str = "", icon: str = "", key: str = "") -> SafeString:
    """`{% link_button "Add employer" url look="primary" icon="plus" key="n" %}`: goes to a page, by a key if named."""
    return render("components/link_button.html", label=label, url=url, look=look, icon=icon, key=key)


@register.simple_tag(takes_context=True)
def post_button(
    context: Context, label: str, url: str, *, look: str = "", icon: str = "", name: str = "", value: str = ""
) -> SafeString:
    """`{% post_button "Approve" url %}`: a form of one button, for an action without fields."""
    token = context.get("csrf_token", "")
    return render(
        "components/post_button.html",
        label=label,
        url=url,
        look=look,
        icon=icon,
        name=name,
        value=value,
        csrf_token=token,
    )


@register.simple_tag
def status(label: str, tone: str = "") -> SafeString:
    """`{% status "Going quiet" "bad" %}`: a dot and its word. tone: ok, warn, bad, info or nothing."""
    return _same("components/status.html", label=str(label), tone=str(tone))


@register.simple_tag
def pill(label: str, tone: str = "") -> SafeString:
    """`{% pill "Anchor partner" "accent" %}`. tone: ok, warn, bad, info, accent or nothing."""
    return render("components/pill.html", label=label, tone=tone)


@register.simple_tag
def avatar(name: str, shape: str = "") -> SafeString:
    """`{% avatar "Priya Nair" %}`: initials in a circle; shape "square" for an organisation, "big" for a page head.

    Hidden from screen readers: the name always stands beside it as text.
    """
    letters = initials(name)[:1] if shape else initials(name)
    return _same("components/avatar.html", letters=letters, shape=str(shape))


@register.simple_tag
def person(name: str, note: str = "") -> SafeString:
    """`{% person owner.name %}`: avatar and name; `note` in a second, smaller line."""
    return _same("components/person.html", name=str(name), note=str(note))


@register.simple_tag
def avatar_stack(names: list[str], limit: int = 4) -> SafeString:
    """`{% avatar_stack names %}`: overlapping avatars and "+3"; the full list of names is read out."""
    shown = list(names)
    return render(
        "components/avatar_stack.html", names=shown[:limit], more=max(0, len(shown) - limit), everyone=", ".join(shown)
    )


@register.simple_block_tag(end_name="endnotice")
def notice(content: str, tone: str = "info", *, title: str = "") -> SafeString:
    """`{% notice "warn" title="Nothing is sent on Sundays" %}…{% endnotice %}`. tone: info, ok, warn, bad."""
    icons = {"ok": "check-circle", "warn": "exclamation-triangle", "bad": "exclamation-circle"}
    return render(
        "components/notice.html", tone=tone, title=title, icon=icons.get(tone, "information-circle"), content=content
    )


@register.simple_block_tag(end_name="endempty_state")
def empty_state(content: str, title: str, text: str = "", *, icon: str = "inbox", slim: bool = False) -> SafeString:
    """`{% empty_state "No employers yet" "Add the first…" icon="building-office-2" %}buttons{% endempty_state %}`."""
    return render("components/empty_state.html", title=title, text=text, icon=icon, slim=slim, actions=trimmed(content))


@register.simple_tag
def stat(label: str, value: object, *, note: str = "", url: str = "") -> SafeString:
    """`<dl class="stats">{% stat "Received" pence|pounds note="4 of 6 instalments" %}</dl>`: one figure of the row."""
    return render("components/stat.html", label=label, value=value, note=note, url=url)


@register.simple_tag
def kv(label: str, value: object, empty: str = "Not recorded") -> SafeString:
    """`<dl class="key-values">{% kv "Sector" employer.sector %}</dl>`: one fact; says so when there is none."""
    return render("components/kv.html", label=label, value=value, empty=empty)


@register.simple_tag
def meter(label: str, value: int, total: int, *, unit: str = "pence", tone: str = "", note: str = "") -> SafeString:
    """`{% meter "Received" received_pence promised_pence %}`: a bar with its figures as text; unit: pence or a noun."""
    value, total = int(value or 0), int(total or 0)
    if unit == "pence":
        figures = f"{format_pounds(value)} of {format_pounds(total)}"
    else:
        figures = f"{value:,} of {total:,} {unit}".strip()
    filled = 0 if total <= 0 else max(0, min(100, round(100 * value / total)))
    return render("components/meter.html", label=label, figures=figures, filled=filled, tone=tone, note=note)


@register.simple_tag
def timeline(lines: Iterable[Any], *, labelled: bool = False) -> SafeString:
    """`{% timeline lines %}`: crm.web.timeline.Line, newest first; `labelled` heads each with what kind it is."""
    return render("components/timeline.html", lines=lines, labelled=labelled)


@register.simple_tag
def stepper(steps: str, current: int) -> SafeString:
    """`{% stepper "Upload|Match columns|Check|Done" 3 %}`: where you are in a task of several pages, from 1."""
    return render("components/stepper.html", steps=list(enumerate(steps.split("|"), start=1)), current=int(current))


@register.simple_tag
def chart(figure: Any) -> SafeString:
    """`{% chart figure %}`: a crm.web.charts.Chart as SVG, with its numbers as a table behind "Show as a table"."""
    return render("components/chart.html", chart=figure)


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page, noun: str = "rows") -> SafeString:
    """`{% pagination page_obj "employers" %}`: what is shown and the way to the rest, filters kept."""
    before = _with(context, page=page.previous_page_number()) if page.has_previous() else ""
    after = _with(context, page=page.next_page_number()) if page.has_next() else ""
    return render("components/pagination.html", page=page, noun=noun, before=before, after=after)


@register.simple_tag(takes_context=True)
def sort_header(context: Context, label: str, key: str, *, end: bool = False) -> SafeString:
    """`{% sort_header "Last contact" "last_contact" %}`: a `th` that sorts by `?sort=key`, again for the reverse."""
    sort = context["request"].GET.get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    query = _with(context, sort=f"-{key}" if sort == key else key, page=None)
    return render("components/sort_header.html", label=label, direction=direction, query=query, end=end)


def _with(context: Context, **changes: Any) -> str:
    """The query string in force with these values changed; None takes a value out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return query.urlencode()
