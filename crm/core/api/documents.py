"""The schema and the page made from it: public, because they describe the product and nobody's data."""

import functools

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

_RENDERERS = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}
MEDIA_TYPES = {"json": "application/vnd.oai.openapi+json", "yaml": "application/vnd.oai.openapi"}


@functools.cache
def schema_text(form: str) -> bytes:
    """The schema as "json" or "yaml"; made once per process, because it changes with the code alone."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return _RENDERERS[form]().render(schema, renderer_context={})


class SchemaFile(View):
    """OpenAPI 3.1, as JSON, or as YAML for ?format=yaml."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = "yaml" if request.GET.get("format") == "yaml" else "json"
        return HttpResponse(schema_text(form), content_type=MEDIA_TYPES[form])


class Documentation(View):
    """The schema to read and to try, with files from this server alone."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return TemplateResponse(request, "core/api_docs.html")
