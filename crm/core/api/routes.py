"""Addresses of the API, from the registered resources."""

from django.urls import URLPattern, include, path
from django.utils.module_loading import autodiscover_modules
from django.views.decorators.common import no_append_slash

from crm.core.api.documents import Documentation, SchemaFile
from crm.core.api.resources import Resource
from crm.core.registry import api_resources

app_name = "api"


def _routes(resource: type[Resource]) -> list[URLPattern]:
    methods: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    for operation in resource.operations.values():
        methods.setdefault(operation.address, {})[operation.method.lower()] = operation.handler
        last = operation.path or ("row" if operation.on_row else "")
        names[operation.address] = f"{resource.path}-{last}".rstrip("-")
    # A word such as "duplicates" before an id.
    return [
        path(
            f"{resource.path}/{address.replace('{id}', '<uuid:id>')}",
            no_append_slash(resource.as_view(methods[address])),  # a redirect would turn a POST into a GET
            name=names[address],
        )
        for address in sorted(methods, key=lambda address: "{" in address)
    ]


autodiscover_modules("api")  # here and not at start-up: workers have no addresses and need none of it
version_1 = [route for resource in api_resources for route in _routes(resource)]

urlpatterns = [
    path("schema/", SchemaFile.as_view(), name="schema"),
    path("docs/", Documentation.as_view(), name="docs"),
    path("v1/", include(version_1)),
]
