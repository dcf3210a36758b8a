"""Models by noun. Import them from here: `from sponsorships.models import Fund`."""
