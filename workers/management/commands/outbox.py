"""manage.py outbox list|retry|park|drop: see what waits in the outbox, and decide about what needs a person."""

import uuid
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.base.context import institute_context
from crm.base.errors import DomainError, NotFound
from crm.identity.models import Institute
from crm.outbox.models import Delivery
from crm.outbox.reads import health, not_understood
from crm.outbox.repair import drop_delivery, park_delivery, retry_delivery

HEADINGS = ("DELIVERY", "STATE", "TRIED", "HANDLER", "FACT", "SUBJECT", "RECORDED (UTC)", "WHY")


class Command(BaseCommand):
    """Works in each institute in turn, as one of them would: row security stays on."""

    help = "List what waits in the outbox; retry, park or drop a delivery."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        show = verbs.add_parser("list", help="what waits for a worker or a person, by institute")
        show.add_argument("--institute", help="only this one, by its code")
        show.add_argument("--parked", action="store_true", help="only what waits for a person")
        show.add_argument("--limit", type=int, default=50, help="lines per institute (50)")
        retry = verbs.add_parser("retry", help="a new series of attempts, beginning now")
        retry.add_argument("delivery", type=uuid.UUID, nargs="?", help="its id, as `outbox list` shows it")
        retry.add_argument("--institute", help="every parked delivery of this one, by its code")
        for verb, text in (("park", "stop trying until a person decides"), ("drop", "never handle it")):
            one = verbs.add_parser(verb, help=text)
            one.add_argument("delivery", type=uuid.UUID, help="its id, as `outbox list` shows it")
            one.add_argument("--reason", required=True, help="one sentence for whoever looks later")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["verb"])(options)

    def list(self, options: dict[str, Any]) -> None:
        """A summary and a table per institute that has something."""
        quiet = True
        for institute in institutes(options["institute"]):
            with institute_context(institute.id):
                now = health()
                if now.open_count or now.parked_count:
                    quiet = False
                    age = f", oldest {str(now.oldest_age).split('.')[0]}" if now.oldest_age else ""
                    self.stdout.write(f"{institute.code}: {now.open_count} open, {now.parked_count} parked{age}")
                    self.stdout.writelines(f"  {line}" for line in table(lines(options["parked"], options["limit"])))
        if quiet:
            self.stdout.write("Nothing waits.")

    def retry(self, options: dict[str, Any]) -> None:
        """One delivery, or all that are parked in an institute."""
        if bool(options["delivery"]) == bool(options["institute"]):
            raise CommandError("Give either the id of a delivery or --institute CODE.")
        if options["delivery"]:
            self._one(options["delivery"], lambda: retry_delivery(delivery_id=options["delivery"], by=None))
            return
        for institute in institutes(options["institute"]):
            with institute_context(institute.id):
                ids = list(Delivery.objects.filter(state=Delivery.State.PARKED).values_list("id", flat=True))
                for delivery in ids:
                    retry_delivery(delivery_id=delivery, by=None)
            self.stdout.write(f"{institute.code}: {len(ids)} to be tried again.")

    def park(self, options: dict[str, Any]) -> None:
        """Stop trying."""
        delivery, reason = options["delivery"], options["reason"]
        self._one(delivery, lambda: park_delivery(delivery_id=delivery, reason=reason, by=None))

    def drop(self, options: dict[str, Any]) -> None:
        """Give it up."""
        delivery, reason = options["delivery"], options["reason"]
        self._one(delivery, lambda: drop_delivery(delivery_id=delivery, reason=reason, by=None))

    def _one(self, delivery_id: uuid.UUID, act: Callable[[], Delivery]) -> None:
        """Find whose it is by asking each institute."""
        for institute in institutes(None):
            try:
                with institute_context(institute.id):
                    delivery = act()
            except NotFound:
                continue
            except DomainError as error:
                raise CommandError(error.message) from None
            self.stdout.write(f"{institute.code}: {delivery.handler} {delivery_id} is {delivery.state}.")
            return
        raise CommandError(f"No institute has a delivery {delivery_id}.")


def institutes(code: str | None) -> Sequence[Institute]:
    """All institutes, or the one of that code. Raises CommandError when there is none."""
    found = Institute.objects.order_by("code")
    if code:
        found = found.filter(code=code)
        if not found:
            known = ", ".join(Institute.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"There is no institute {code}. There are: {known}.")
    return found


def lines(only_parked: bool, limit: int) -> Iterator[tuple[str, ...]]:
    """A row per delivery, then one per fact that this version cannot read."""
    found = Delivery.objects.open().select_related("entry").order_by("sequence", "handler")
    if only_parked:
        found = found.filter(state=Delivery.State.PARKED)
    for d in found[:limit]:
        yield (str(d.id), d.state, str(d.attempts), d.handler, *_fact(d.entry), d.last_error)
    if not only_parked:
        for entry in not_understood()[:limit]:
            yield ("-", "unread", "-", "-", *_fact(entry), f"version {entry.version} is not understood here")


def _fact(entry: Any) -> tuple[str, str, str]:
    return (
        entry.type,
        f"{entry.subject_type} {entry.subject_id}",
        f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
    )


def table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as their widest cell; the last one as it is."""
    cells = [HEADINGS, *rows]
    if len(cells) == 1:
        return
    widths = [max(len(row[i]) for row in cells) for i in range(len(HEADINGS) - 1)]
    for row in cells:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
