"""Fields, error summaries and filter bars as tags. Built in: no load."""

from functools import lru_cache
from typing import Any

from django import forms, template
from django.core.validators import EmailValidator
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.utils.safestring import SafeString

from crm.web.templatetags.ui import render

register = template.Library()


@register.simple_tag
def field(
    bound: BoundField, *, label: str = "", hint: str = "", width: str = "", prefix: str = "", segmented: bool = False
) -> SafeString:
    """`{% field form.name %}`: label, hint, error and input, tied together for screen readers.

    width: "", "medium", "short". `prefix` ("£") stands before the input; a PoundsField brings its own.
    `segmented` shows radio buttons as one row of segments.
    """
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget()
    kind = _kind(widget)
    described_by = " ".join(
        f"{bound.auto_id}-{part}"
        for part, present in (("hint", hint or bound.help_text), ("error", bound.errors))
        if present
    )
    return render(
        "components/field.html",
        bound=bound,
        kind=kind,
        errors=_said(bound, label or str(bound.label)),
        label=label or bound.label,
        hint=hint or bound.help_text,
        described_by=described_by,
        prefix=prefix or widget.attrs.get("data-prefix", ""),
        segmented=segmented,
        widget=bound.as_widget(attrs=_attributes(bound, kind, width, described_by)),
    )


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.RadioSelect):  # CheckboxSelectMultiple is one too
        return "choices"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "input"


def _attributes(bound: BoundField, kind: str, width: str, described_by: str) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    if kind == "input":
        attributes["class"] = " ".join(filter(None, ["input", width, bound.field.widget.attrs.get("class", "")]))
    if described_by:
        attributes["aria-describedby"] = described_by
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return attributes


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """`{% error_summary form %}`: on top of the form, takes the focus, links to each field. Nothing without errors."""
    if not form.is_bound or not form.errors:
        return SafeString("")
    problems = [{"text": text, "anchor": ""} for text in form.non_field_errors()]
    for bound in form:
        problems += [{"text": text, "anchor": _first_input(bound)} for text in _said(bound, str(bound.label))]
    return render("components/error_summary.html", problems=problems)


def _said(bound: BoundField, label: str) -> list[str]:
    """The field's errors; Django's "This field is required" and its like become what to do."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        missing = f"Tick “{label}”."
    elif isinstance(widget, forms.Select | forms.RadioSelect):
        missing = f"Choose an answer for “{label}”."
    else:
        missing = f"Fill in “{label}”."
    ours = {
        forms.Field.default_error_messages["required"]: missing,
        EmailValidator.message: "Enter an e-mail address such as name@college.ac.uk.",
    }
    return [str(ours.get(text, text)) for text in bound.errors]


def _first_input(bound: BoundField) -> str:
    """Where a link to the field leads: for a group of choices its first one."""
    return f"{bound.auto_id}_0" if _kind(bound.field.widget) == "choices" else bound.auto_id


@register.simple_tag
def form_buttons(
    label: str = "Save", *, cancel: str = "", cancel_label: str = "Cancel", look: str = "primary"
) -> SafeString:
    """`{% form_buttons "Add employer" cancel=list_url %}`: the button that submits, and the way out, which is called
    otherwise where the button itself cancels something."""
    return render("components/form_buttons.html", label=label, cancel=cancel, cancel_label=cancel_label, look=look)


@register.simple_tag(takes_context=True)
def form(
    context: Context, form: BaseForm, submit: str = "Save", *, cancel: str = "", action: str = "", look: str = "primary"
) -> SafeString:
    """`{% form form "Add employer" cancel=list_url %}`: the whole form: summary, fields in order, buttons. The look is
    "danger" where the button does what cannot be taken back."""
    return render(
        "components/form.html",
        form=form,
        submit=submit,
        cancel=cancel,
        look=look,
        action=action,
        multipart=form.is_multipart(),
        csrf_token=context.get("csrf_token", ""),
    )


@register.simple_block_tag(end_name="endfilter_bar", takes_context=True)
def filter_bar(
    context: Context, content: str, *, search: str = "", name: str = "q", target: str = "results", label: str = "Filter"
) -> SafeString:
    """`{% filter_bar search="Name, contact or sector" %}selects{% endfilter_bar %}`: a GET form above a list.

    With JavaScript the element with id `target` follows while you type; without, an Apply button stands there.
    """
    request = context["request"]
    return render(
        "components/filter_bar.html",
        content=content,
        search=search,
        name=name,
        query=request.GET.get(name, ""),
        target=target,
        label=label,
        path=request.get_full_path().split("?")[0],
    )


@register.simple_tag(takes_context=True)
def filter_select(context: Context, name: str, label: str, choices: Any, any_label: str = "Any") -> SafeString:
    """`{% filter_select "tier" "Tier" tiers any_label="Any tier" %}`: choices are (value, text) pairs."""
    options = tuple((str(value), str(text)) for value, text in choices)
    return _select(name, str(label), str(any_label), options, context["request"].GET.get(name, ""))


@lru_cache(maxsize=256)  # a list may offer a hundred options, the same ones at every request
def _select(name: str, label: str, any_label: str, options: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    shown = [{"value": value, "text": text, "selected": value == chosen} for value, text in options]
    return render("components/filter_select.html", name=name, label=label, any_label=any_label, options=shown)
