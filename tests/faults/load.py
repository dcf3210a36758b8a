"""A mixed load of real work, done the way careful people do it: what got no answer is looked up or sent again.

Each wish is something one person wants to happen exactly once. `Load` keeps people at work in threads of their own;
at the end `assert_wishes_came_true` counts: none lost, none double.
"""

import itertools
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Self

import psycopg

from crm.base.clock import today
from crm.identity.models import Institute
from tests.faults.site import Site
from tests.faults.visitors import Answer, NoAnswer, Visitor

GIVE_UP = 60  # seconds after which a person goes home

_numbers = itertools.count(1)


@dataclass
class Wish:
    """One thing that is to happen once, and the query that counts how often it has."""

    what: str
    counted_by: tuple[str, str]
    tries: int = 0
    came_true: bool = False
    said: list[str] = field(default_factory=list)

    def times(self, site: Site) -> int:
        sql, value = self.counted_by
        return site.ask(sql, value)[0][0]


class Desk:
    """One person at work: opens pages, fills in forms, and copes when no answer comes."""

    def __init__(self, site: Site, role: str, institute: Institute, dice: random.Random, over: threading.Event) -> None:
        self.site, self.dice, self.over = site, dice, over
        self.institute, self.stock = institute, site.cast.stock[institute.code]
        self.visitor: Visitor = site.visitor(role, institute)
        self.wishes: list[Wish] = []

    def wish(self, what: str, sql: str, value: str) -> Wish:
        self.wishes.append(Wish(what, (sql, value)))
        return self.wishes[-1]

    def insist(
        self, wish: Wish, press: Callable[[], Answer], *, is_there: Callable[[], bool] | None = None
    ) -> Answer | None:
        """Press the button until there is an answer that settles it. With `is_there` the person looks first.

        A redirect is success; a refusal after a try without answer says that the first one worked.
        """
        ends = time.monotonic() + GIVE_UP
        while time.monotonic() < ends:
            try:
                if wish.tries and is_there and is_there():
                    wish.came_true = True
                    return None
                wish.tries += 1
                answer = press()
            except NoAnswer as silence:
                wish.said.append(str(silence))
                if self.over.wait(0.1) and self._has_gone_dark():
                    return None
                continue
            wish.said.append(f"{answer.status}")
            if answer.status == 302 or (answer.status == 422 and wish.tries > 1):
                wish.came_true = True
                return answer
            assert answer.status == 503, f"{wish.what}: {answer.status} {answer.words[:600]}"
        return None

    def _has_gone_dark(self) -> bool:
        try:
            return self.visitor.get("/healthz").status != 200
        except NoAnswer:
            return True

    def patiently(self, look: Callable[[], object]) -> object:
        """Open a page or look something up, again and again while there is no answer."""
        ends = time.monotonic() + GIVE_UP
        while True:
            try:
                return look()
            except (NoAnswer, LookupError, psycopg.OperationalError):
                if time.monotonic() > ends:
                    raise
                self.over.wait(0.1)

    def _form(self, path: str, *names: str) -> dict[str, list[str]]:
        return self.patiently(lambda: self.visitor.form(path, *names))


class Manager(Desk):
    """Logs conversations. Nothing guards these against a second press, so the person looks first."""

    def work(self) -> None:
        number = next(_numbers)
        employer, said = self.dice.choice(self.stock.employers), f"Talk {number} about places"
        wish = self.wish("a conversation", "SELECT count(*) FROM employers_engagement WHERE summary = %s", said)
        path = "/employers/log/"
        form = self._form(f"{path}?employer={employer}", "employer", "summary")
        form |= {"kind": ["call"], "summary": [said]}
        self.insist(wish, lambda: self.visitor.send(path, form), is_there=lambda: self._reads(employer, said))

    def _reads(self, employer: object, said: str) -> bool:
        answer = self.visitor.get(f"/employers/{employer}/")
        if answer.status != 200:
            raise NoAnswer(f"{answer.status} while looking")
        return said in answer.words


class Accountant(Desk):
    """Records what came in at the bank, and takes some of it as a gift. Then pays what is due."""

    def __init__(self, *args: object, payable: list[str]) -> None:
        super().__init__(*args)
        self.payable = payable

    def work(self) -> None:
        self._pay() if self.payable and self.dice.random() < 0.6 else self._receive()

    def _receive(self) -> None:
        reference = f"BACS {next(_numbers)} {self.institute.code}"
        wish = self.wish("a receipt", "SELECT count(*) FROM sponsorships_receipt WHERE reference = %s", reference)
        path = "/sponsorships/receipts/record/"
        form = self._form(path, "payer", "reference")
        form |= {"payer": ["Quickline Limited"], "reference": [reference], "pence": ["100.00"]}
        self.insist(wish, lambda: self.visitor.send(path, form))
        recorded = "SELECT id FROM sponsorships_receipt WHERE reference = %s"
        found = self.patiently(lambda: self.site.ask(recorded, reference))
        if found:
            self._give(str(found[0][0]))

    def _give(self, receipt: str) -> None:
        """A part of it, so that the amount left does not stop a second one."""
        count = "SELECT count(*) FROM sponsorships_receiptmatch WHERE receipt_id = %s::uuid"
        wish = self.wish("a gift out of a receipt", count, receipt)
        path = f"/sponsorships/receipts/{receipt}/gift/"
        form = self._form(path, "fund", "pence") | {"fund": [str(self.stock.fund)], "pence": ["40.00"]}
        self.insist(wish, lambda: self.visitor.send(path, form))

    def _pay(self) -> None:
        award = self.payable.pop()
        page = self.patiently(lambda: self.visitor.get(award))
        found = re.search(r"/sponsorships/awards/instalments/([-0-9a-f]{36})/pay/", page.text)
        if not found:  # no answer worth reading
            return
        instalment = found[1]
        paid = """SELECT count(*) FROM outbox_entry WHERE type = 'sponsorships.instalment_paid'
                  AND payload ->> 'instalment_id' = %s"""
        wish = self.wish("a payment", paid, instalment)
        path = f"/sponsorships/awards/instalments/{instalment}/pay/"
        form = self._form(path, "paid_on")
        self.insist(wish, lambda: self.visitor.send(path, form))


class Administrator(Desk):
    """Awards bursaries, and leaves each for the accountant to pay."""

    def __init__(self, *args: object, payable: list[str]) -> None:
        super().__init__(*args)
        self.payable = payable

    def work(self) -> None:
        number = next(_numbers)
        reason = f"Bus pass, case {number}"
        wish = self.wish("an award", "SELECT count(*) FROM sponsorships_award WHERE reason = %s", reason)
        path = f"/sponsorships/funds/{self.stock.fund}/award/"
        form = self._form(path, "learner_number", "pence", "reason")
        form |= {"provider": [str(self.site.cast.college.id)], "learner_number": [f"LN-{10000 + number}"]}
        form |= {"course": ["HNC Engineering"], "level": ["4"], "purpose": ["travel"], "pence": ["12.34"]}
        form |= {"reason": [reason], "instalments": ["1"], "first_due_on": [today().isoformat()]}
        answer = self.insist(wish, lambda: self.visitor.send(path, form))
        if answer and answer.location:
            self.payable.append(answer.location)


class Coordinator(Desk):
    """Books school groups."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        taken = {school for (school,) in self.site.ask("SELECT school_id FROM events_groupbooking")}
        self.schools = [school for school in self.site.cast.schools if school not in taken]
        self.dice.shuffle(self.schools)

    def work(self) -> None:
        school = self.schools.pop()
        wish = self.wish(
            "a booking", "SELECT count(*) FROM events_groupbooking WHERE school_id = %s::uuid", str(school)
        )
        path = f"/challenges/{self.stock.challenge}/book/{school}/"
        form = self._form(path, "contact_name", "pupils")
        form |= {"contact": [""], "contact_name": ["Lead teacher"], "contact_email": [f"lead-{school}@school.example"]}
        form |= {"pupils": ["20"], "adults": ["2"]}
        self.insist(wish, lambda: self.visitor.send(path, form))


class Load:
    """Five people at work for the length of a `with` block, each in a thread."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site, self.over = site, threading.Event()
        payable: list[str] = []
        here, there = site.cast.yhiot, site.cast.liot
        dice = [random.Random(f"{seed} {number}") for number in range(5)]
        self.desks: list[Desk] = [
            Manager(site, "partnership_manager", here, dice[0], self.over),
            Accountant(site, "finance_officer", here, dice[1], self.over, payable=payable),
            Administrator(site, "bursary_administrator", here, dice[2], self.over, payable=payable),
            Coordinator(site, "events_coordinator", here, dice[3], self.over),
            Manager(site, "partnership_manager", there, dice[4], self.over),
        ]
        self.failures: list[BaseException] = []
        self.threads = [threading.Thread(target=self._work, args=[desk], daemon=True) for desk in self.desks]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(2 * GIVE_UP)

    def _work(self, desk: Desk) -> None:
        try:
            while not self.over.is_set():
                desk.work()
        except BaseException as failure:
            self.failures.append(failure)

    def desk(self, kind: type[Desk]) -> Desk:
        """The first of that kind, to be sent on an errand without a thread."""
        return next(desk for desk in self.desks if isinstance(desk, kind))

    def wishes(self) -> Iterator[Wish]:
        for desk in self.desks:
            yield from list(desk.wishes)

    def done(self) -> int:
        """How many wishes have come true so far."""
        if self.failures:
            raise self.failures[0]
        return sum(wish.came_true for wish in self.wishes())

    def repeated(self) -> int:
        """How many were sent more than once."""
        return sum(wish.tries > 1 for wish in self.wishes())

    def assert_wishes_came_true(self) -> Counter[str]:
        """None lost, none double. Returns how many of each kind."""
        if self.failures:
            raise self.failures[0]
        counted = [(wish, wish.times(self.site)) for wish in self.wishes()]
        lost = [wish for wish, times in counted if wish.came_true and not times]
        double = [wish for wish, times in counted if times > 1]
        assert (lost, double) == ([], [])
        return Counter(wish.what for wish, times in counted if times)
