"""The 21 institutes with their leads, partners and the employers they name in public. Facts: institutes.toml."""

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from crm.base.clock import london_instant, replayed_at
from crm.base.context import institute_context
from crm.identity.models import Institute, InstituteProvider, Provider
from employers.actions.employers import add_employer
from employers.models import Employer
from workers.demo.stage import first_year

FACTS = Path(__file__).with_name("institutes.toml")


@cache
def facts() -> dict[str, Any]:
    """The facts as written."""
    return tomllib.loads(FACTS.read_text())


def load_network() -> None:
    """Institutes, providers and partnerships; then each institute's published employers. Adds what is missing."""
    providers = {fact["name"]: _provider(fact) for fact in facts()["provider"]}
    for fact in facts()["institute"]:
        institute = _institute(fact, providers)
        with institute_context(institute.id), replayed_at(london_instant(first_year(), dt.time(9))):
            _employers(fact)


def _provider(fact: dict[str, Any]) -> Provider:
    rest = {key: value for key, value in fact.items() if key != "name"}
    return Provider.objects.get_or_create(name=fact["name"], defaults=rest)[0]


def _institute(fact: dict[str, Any], providers: dict[str, Provider]) -> Institute:
    fields = ("name", "short_name", "area", "wave", "former_names", "source")
    defaults = {name: fact[name] for name in fields if name in fact} | {"lead": providers[fact["lead"]]}
    institute, _ = Institute.objects.get_or_create(code=fact["code"], defaults=defaults)
    parts = [(fact["lead"], "lead")] + [(name, part) for part in ("core", "associate") for name in fact.get(part, [])]
    for name, part in parts:
        InstituteProvider.objects.get_or_create(
            institute=institute, provider=providers[name], part=part, defaults={"source": fact["source"]}
        )
    return institute


def _employers(fact: dict[str, Any]) -> None:
    known = set(Employer.objects.values_list("name", flat=True))
    for name in fact["employers"]:
        if name not in known:
            add_employer(name=name, confirmed=True, notes=f"Named in public: {fact['employers_source']}", by=None)
