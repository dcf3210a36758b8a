"""What a sponsor's report costs where one institute has many employers, sponsors and awards.

    python -m benchmarks.sponsor_report --employers 20000,100000 --awards 111000

Of the employers 500 are sponsors with a fund each. An award is nine rows: a learner, the award and its instalment, two
journal entries and their four postings, so 111,000 of them are 1,000,000 rows. A tenth is one sponsor's, the others
share the rest. The page and its CSV are asked for as the sponsor's contact through the whole stack, under row security;
limits are 12 queries and 300 ms at the 95th percentile.
"""

import argparse
import gc
import sys
import time
import uuid

from benchmarks.stage import Stage, print_machine, stage  # first: it makes the settings known

from django.conf import settings  # isort: skip
from django.test import Client  # isort: skip

from benchmarks import employers_data
from benchmarks.costs import Cost, cost_of, verdict
from crm.base.context import institute_context
from crm.identity.models import Membership, User
from crm.identity.roles import Role
from sponsorships.models import Bucket, PortalGrant
from sponsorships.rollups import fold_fund_usage, let_statements_take_long, usage_differences

MILLISECONDS, QUERIES = 300, 12
SPONSORS = 500
PROMISED = 10_000_000_00  # pence; half of it was received, before anything was awarded

SPONSOR = """
CREATE TEMP TABLE sponsor AS
SELECT n, employer_id, gen_random_uuid() AS share_id, gen_random_uuid() AS component_id, gen_random_uuid() AS fund_id
FROM unnest(%(employers)s::uuid[]) WITH ORDINALITY AS e(employer_id, n)
"""
AGREED = (
    """
INSERT INTO sponsorships_agreementshare (id, institute_id, agreement_id, employer_id, lead_id, title, reference,
  sponsor_name, starts_on, ends_on, signed_on, pence, is_illustrative, illustrative_note, source, termination_reason)
SELECT share_id, %(here)s, gen_random_uuid(), employer_id, %(here)s, 'Digital skills ' || n, '', 'Sponsor ' || n,
  '2024-09-01', '2027-08-31', '2024-08-01', %(promised)s, false, '', '', '' FROM sponsor
""",
    """
INSERT INTO sponsorships_fund (id, institute_id, name, kind, restriction, starts_on, state)
SELECT fund_id, %(here)s, 'Bursaries of sponsor ' || n, 'bursary', '', '2024-09-01', 'open' FROM sponsor
""",
    """
INSERT INTO sponsorships_sharecomponent (id, institute_id, share_id, component_id, number, kind, purpose, pence,
  fund_id)
SELECT component_id, %(here)s, share_id, gen_random_uuid(), 1, 'gift', 'bursary', %(promised)s, fund_id FROM sponsor
""",
    """
INSERT INTO sponsorships_instalment (id, institute_id, component_id, number, due_on, pence, paid_pence, state,
  written_off_pence)
SELECT gen_random_uuid(), %(here)s, component_id, k, DATE '2024-09-01' + 365 * (k - 1), %(promised)s / 2,
  CASE k WHEN 1 THEN %(promised)s / 2 ELSE 0 END, CASE k WHEN 1 THEN 'paid' ELSE 'scheduled' END, 0
FROM sponsor, generate_series(1, 2) AS k
""",
    "INSERT INTO sponsorships_fundrollup (id, institute_id, fund_id, folded_sequence)"
    " SELECT gen_random_uuid(), %(here)s, fund_id, 0 FROM sponsor",
)
# In kind: ten counted gifts of each sponsor.
GIVEN = (
    """
CREATE TEMP TABLE given AS
SELECT gen_random_uuid() AS id, gen_random_uuid() AS line_id, employer_id, k FROM sponsor, generate_series(1, 10) AS k
""",
    """
INSERT INTO sponsorships_contribution (id, institute_id, employer_id, kind, title, description, origin, offered_on,
  delivered_on, accepted_on, state, state_reason, recorded_at, recorded_by_id)
SELECT id, %(here)s, employer_id, 'equipment_given', 'Robot ' || k, '', 'private', '2025-01-01', '2025-02-01',
  '2025-02-01', 'accepted', '', now(), %(manager)s FROM given
""",
    """
INSERT INTO sponsorships_contributionline (id, institute_id, contribution_id, number, item, quantity_hundredths, unit,
  serial)
SELECT line_id, %(here)s, id, 1, 'Robot', 100, 'each', '' FROM given
""",
    """
INSERT INTO sponsorships_valuation (id, institute_id, line_id, basis, version, pence, rate_code, note, valued_on, state,
  decision_reason, valued_by_id, decided_by_id, decided_at)
SELECT gen_random_uuid(), %(here)s, line_id, 'invoice', 1, 18500000, '', '', '2025-02-01', 'approved', '', %(manager)s,
  %(director)s, now() FROM given
""",
)
# The first sponsor has a tenth of the awards, the others share the rest.
AWARDED = (
    """
CREATE TEMP TABLE awarded AS
SELECT gen_random_uuid() AS id, gen_random_uuid() AS learner_id, gen_random_uuid() AS entry_id,
  gen_random_uuid() AS payment_id, s.fund_id, m, DATE '2024-09-02' + (m * 7919 %% 800)::int AS on_day,
  row_number() OVER (PARTITION BY s.fund_id ORDER BY m) AS place
FROM generate_series(1, %(awards)s) AS m
JOIN sponsor s ON s.n = CASE WHEN m %% 10 = 0 THEN 1 ELSE 2 + m %% (%(sponsors)s - 1) END
""",
    """
INSERT INTO sponsorships_learnerref (id, institute_id, pseudonym, reference_hash, course, level, provider_id)
SELECT learner_id, %(here)s, 'L-' || m, md5(m::text), '', '', %(provider)s FROM awarded
""",
    """
INSERT INTO sponsorships_award (id, institute_id, fund_id, learner_id, purpose, pence, reason, scheme_version, state,
  approved_on, recovered_pence, approved_by_id)
SELECT id, %(here)s, fund_id, learner_id, (ARRAY['travel','equipment','books','childcare','fees','other'])[1 + m %% 6],
  10000, 'Bus pass', '', 'completed', on_day, 0, %(manager)s FROM awarded
""",
    """
INSERT INTO sponsorships_awardinstalment (id, institute_id, award_id, number, due_on, pence, state, paid_on, paid_by_id,
  attempts)
SELECT gen_random_uuid(), %(here)s, id, 1, on_day, 10000, 'paid', on_day, %(director)s, 1 FROM awarded
""",
)
JOURNAL = (
    """
CREATE TEMP TABLE entry AS
SELECT gen_random_uuid() AS id, fund_id, 'promised' AS kind, 'external' AS origin, 'promised' AS destination,
  %(promised)s AS pence, DATE '2024-09-01' AS on_day, 1 AS step, 'sponsorships.agreement' AS source FROM sponsor
UNION ALL
SELECT gen_random_uuid(), fund_id, 'received', 'promised', 'available', %(promised)s / 2, '2024-09-01', 2,
  'sponsorships.receipt' FROM sponsor
UNION ALL
SELECT entry_id, fund_id, 'awarded', 'available', 'committed', 10000, on_day, 1 + 2 * place, 'sponsorships.award'
FROM awarded
UNION ALL
SELECT payment_id, fund_id, 'paid', 'committed', 'paid', 10000, on_day, 2 + 2 * place, 'sponsorships.award' FROM awarded
""",
    """
INSERT INTO sponsorships_journalentry (id, institute_id, kind, occurred_on, memo, source_type, source_id,
  idempotency_key, at)
SELECT id, %(here)s, kind, on_day, '', source, id, id::text, now() FROM entry
""",
    """
INSERT INTO sponsorships_posting (id, institute_id, entry_id, fund_id, bucket, pence, kind, occurred_on, sequence)
SELECT gen_random_uuid(), %(here)s, e.id, e.fund_id, side.bucket, side.pence, e.kind, e.on_day, 2 * e.step - side.back
FROM entry e CROSS JOIN LATERAL (VALUES (origin, -e.pence, 1), (destination, e.pence, 0)) AS side (bucket, pence, back)
""",
    """
INSERT INTO sponsorships_fundbalance (id, institute_id, fund_id, bucket, pence)
SELECT gen_random_uuid(), %(here)s, s.fund_id, b.bucket, coalesce(sum(p.pence), 0)
FROM sponsor s CROSS JOIN unnest(%(buckets)s::text[]) AS b(bucket)
LEFT JOIN sponsorships_posting p ON p.fund_id = s.fund_id AND p.bucket = b.bucket GROUP BY 3, 4
""",
)


class Bench:
    """An institute with its sponsors, and contacts of the one with the most awards and of an ordinary one."""

    def __init__(self, at: Stage, employers: int, awards: int, seed: int) -> None:
        url, here, manager = at.superuser_url, at.institute.id, at.manager.id
        made = employers_data.load(url, here, [manager], employers=employers, related=0, seed=seed)
        sponsors = made.employers[:SPONSORS]
        values = {"here": here, "manager": manager, "employers": sponsors, "sponsors": SPONSORS, "awards": awards}
        values["director"] = User.objects.create_user(email="director@bench.example", name="Alan Webb").id
        values |= {"promised": PROMISED, "provider": uuid.uuid4(), "buckets": Bucket.values}
        at.seed(SPONSOR, *AGREED, *GIVEN, *AWARDED, *JOURNAL, **values)
        with institute_context(here, user_id=manager):
            let_statements_take_long()
            fold_fund_usage()
            wrong = usage_differences()
        if wrong:
            raise SystemExit(f"the roll-up does not say what the journal says: {wrong[:3]}")
        at.seed()
        whose = {"the most awards": sponsors[0], "an ordinary one": sponsors[7]}
        self.contacts = {label: self._contact(at, employer) for label, employer in whose.items()}

    def _contact(self, at: Stage, employer: uuid.UUID) -> Client:
        with institute_context(at.institute.id, user_id=at.manager.id):
            user = User.objects.create_user(email=f"{employer}@bench.example", name="Jo Marsh")
            Membership.objects.create(user=user, role=Role.SPONSOR_CONTACT)
            PortalGrant.objects.create(user=user, employer_id=employer, granted_by=at.manager)
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client


def measure(bench: Bench, times: int) -> list[Cost]:
    """The page and its file for each contact, printed as they are known."""
    costs = []
    gc.collect()
    gc.freeze()  # as crm.wsgi does
    for label, client in bench.contacts.items():
        for path in ("", "report.csv"):
            name = f"{path or 'page'}, {label}"
            costs.append(cost_of(name, lambda c=client, p=path: c.get(f"/portal/{p}"), times, MILLISECONDS, QUERIES))
            print(costs[-1].line(), flush=True)
    return costs


def main() -> int:
    """Load, measure, say whether everything kept within its limits."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--employers", default="20000,100000", help="sizes, with commas")
    arguments.add_argument("--awards", type=int, default=111_000)
    arguments.add_argument("--times", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=20261122)
    options = arguments.parse_args()
    costs: list[Cost] = []
    for size in map(int, options.employers.split(",")):
        with stage() as at:
            started = time.perf_counter()
            bench = Bench(at, size, options.awards, options.seed)
            took = time.perf_counter() - started
            print(f"\n{size:,} employers, {options.awards:,} awards of {SPONSORS} sponsors, loaded in {took:.0f} s")
            print_machine()
            costs += measure(bench, options.times)
    return verdict(costs)


if __name__ == "__main__":
    sys.exit(main())
