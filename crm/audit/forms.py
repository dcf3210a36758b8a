"""The filter of the audit page."""

from django import forms

from crm.audit.reads import table_choices


class EntryFilter(forms.Form):
    """What, who, from when until when."""

    table = forms.ChoiceField(required=False)
    who = forms.UUIDField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [("", "Everything"), *table_choices()]
