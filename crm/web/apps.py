from django.apps import AppConfig


class WebConfig(AppConfig):
    """The shell: base templates, components, home, search and the palette."""

    name = "crm.web"
    label = "web"
    verbose_name = "Web shell"
