"""The report as a document: the tables of the page with their charts, for the page itself, a workbook and a PDF."""

from collections.abc import Iterator, Sequence

from django.conf import settings

from crm.base.clock import now
from crm.base.money import format_pounds
from crm.core.documents import TOGETHER, Bars, Document, Section
from crm.core.reports import Cell, Column, Kind
from sponsorships.portal.figures import FIGURES, headline
from sponsorships.reads.disclosure import Group
from sponsorships.reads.sponsor_report import SponsorReport

NAME = "sponsorship-report"
TOO_FEW = f"Shown once {settings.DISCLOSURE_THRESHOLD} learners have been paid."


def document_of(report: SponsorReport) -> Document:
    """Everything the page shows, in its order and its words."""
    usage = report.usage
    return Document(
        name=NAME,
        title=headline(report),
        owner=report.sponsor,
        as_of=now(),
        description=f"{report.title}, {report.starts_on:%-d %b %Y} to {report.ends_on:%-d %b %Y}. {lede(report)}",
        scope=[("Illustrative", report.note)] if report.is_illustrative else [],
        stats=[
            ("Promised", format_pounds(usage.standing_promise_pence), promise_note(report)),
            ("Received", format_pounds(usage.received_pence), "matched to instalments"),
            ("Paid to learners", format_pounds(usage.paid_pence), "in bursaries"),
            ("Available", format_pounds(usage.available_pence), "for awards to come"),
        ],
        sections=list(_sections(report)),
        prose=[("How this is counted", HOW_COUNTED)],
    )


def lede(report: SponsorReport) -> str:
    """What arrived, what of it went to learners, what is set aside."""
    usage, places = report.usage, len(report.parts)
    received, promised = format_pounds(usage.received_pence), format_pounds(usage.standing_promise_pence)
    paid, committed = format_pounds(usage.paid_pence), format_pounds(usage.committed_pence)
    where = f"{places} institute{'' if places == 1 else 's'}"
    return (
        f"{received} of {promised} has arrived at {where}. {paid} is paid to learners,"
        f" {committed} more is set aside for them."
    )


def promise_note(report: SponsorReport) -> str:
    """What stands beside the promised sum: what was taken off it, if anything."""
    written_off = report.usage.written_off_pence
    return f"less {format_pounds(written_off)} written off" if written_off else "in signed agreements"


def by_institute(report: SponsorReport) -> Section:
    """A row per institute and one of all together, a column per figure."""
    columns = [Column("Institute"), *(Column(f.head, Kind.PENCE) for f in FIGURES), Column("In kind", Kind.PENCE)]
    rows: list[tuple[Cell, ...]] = [
        (part.institute, *(getattr(part.usage, f.name) for f in FIGURES), part.in_kind_pence) for part in report.parts
    ]
    rows.append((TOGETHER, *(getattr(report.usage, f.name) for f in FIGURES), report.in_kind_pence))
    return Section("Where it went", columns, rows, note="Spent is what challenges and equipment cost.", has_total=True)


def _sections(report: SponsorReport) -> Iterator[Section]:
    yield by_institute(report)
    yield Section("In numbers", [Column("What"), Column("How many", Kind.COUNT)], _counts(report))
    yield _bursaries("Bursaries paid by term", "Term", report.by_term, upright=True)
    yield _bursaries("What bursaries paid for", "Purpose", report.by_purpose, upright=False)
    yield _gifts(report)
    if report.next_due:
        due = [(each.due_on, each.institute, "Late" if each.is_late else "Due", each.pence) for each in report.next_due]
        columns = [Column("Day", Kind.DATE), Column("To"), Column("Standing"), Column("Outstanding", Kind.PENCE)]
        yield Section("Instalments due", columns, due)


def _counts(report: SponsorReport) -> Iterator[tuple[Cell, ...]]:
    yield "Challenges funded", report.challenges
    if report.learners:
        yield "Learners helped, to the nearest 5", report.learners


def _bursaries(heading: str, label: str, groups: Sequence[Group], *, upright: bool) -> Section:
    rows = [(group.label, group.pence) for group in groups]
    columns = [Column(label), Column("Paid", Kind.PENCE)]
    return Section(heading, columns, rows, empty=TOO_FEW, bars=Bars(rows, upright) if rows else None)


def _gifts(report: SponsorReport) -> Section:
    gifts = [(gift.title, gift.delivered_on, gift.institute, gift.basis, gift.pence) for gift in report.gifts]
    what, where = Column("Contribution"), Column("Where")
    columns = [what, Column("When", Kind.DATE), where, Column("How it was valued"), Column("Value", Kind.PENCE)]
    empty = "Nothing in kind has been accepted and valued yet."
    return Section("What you gave beyond money", columns, gifts, empty=empty)


HOW_COUNTED = (
    "Every figure comes from the institutes' journals, entry by entry. Promised is what your agreements promise, less"
    " what was written off. Received is what was matched to your instalments. Committed is the part of awards that is"
    " not paid yet. Available is what was received, less what is committed, paid and spent, plus what came back. In"
    " kind counts gifts that were accepted and whose value a second person approved. Groups of fewer than"
    f" {settings.DISCLOSURE_THRESHOLD} learners are put together with others, and numbers of learners are rounded to"
    " the nearest 5, so that nobody can be recognised."
)
