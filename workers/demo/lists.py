"""What employers of the demo are filtered by: sector of the Industrial Strategy, size, region, tags; and views kept.

Sections and regions are public facts; size bands and tags are illustrative.
"""

from crm.identity.roles import Role
from employers.actions.employers import change_employer
from employers.actions.saved_views import keep_view
from employers.actions.tags import name_tag, set_tags
from employers.models import SavedView
from workers.demo.stage import employer, real_today, scene

YORKSHIRE, EAST_MIDLANDS = "Yorkshire and The Humber", "East Midlands"
# institute, employer, IS-8 sector, SIC section, size, region, tags
FACTS = [
    ("yhiot", "Quickline Communications", "digital", "J", "250-499", YORKSHIRE, ("T Level host", "Mentors")),
    ("yhiot", "Skipton Building Society", "financial", "K", "1000-4999", YORKSHIRE, ("Mentors",)),
    ("yhiot", "CATCH", "", "P", "50-249", YORKSHIRE, ("Site visits",)),
    ("yhiot", "ViSR", "creative", "J", "10-49", YORKSHIRE, ("Site visits", "T Level host")),
    ("yhiot", "GB Recruitment", "professional", "N", "10-49", YORKSHIRE, ()),
    ("yhiot", "ENGIE Fabricom", "clean-energy", "F", "500-999", YORKSHIRE, ("T Level host",)),
    ("liot", "Quickline Communications", "digital", "J", "250-499", YORKSHIRE, ("Mentors",)),
    ("liot", "Bakkavor Ltd", "advanced-manufacturing", "C", "5000-19999", EAST_MIDLANDS, ("T Level host",)),
]
VIEWS = {
    "Not spoken to for a month": (
        "contact=31-90&sort=last_contact",
        ("standing", "last_contact", "next_step", "owner"),
    ),
    "Clean energy": ("is8_sector=clean-energy", ("standing", "tags", "size_band", "region")),
}


def load_lists() -> None:
    """Facts and tags on the employers of whom stories are told, and two views that all share."""
    for code in ("yhiot", "liot"):
        with scene(code, Role.PARTNERSHIP_MANAGER, real_today()) as manager:
            if SavedView.objects.exists():
                continue
            for name, is8, section, size, region, tags in (fact[1:] for fact in FACTS if fact[0] == code):
                found = employer(name)
                facts = {"is8_sector": is8, "sic_section": section, "size_band": size, "region": region}
                change_employer(employer=found, by=manager, **facts)
                set_tags(employer=found, tags=[name_tag(name=tag, by=manager) for tag in tags], by=manager)
            for name, (query, columns) in VIEWS.items():
                keep_view(name=name, query=query, columns=columns, is_shared=True, by=manager)
