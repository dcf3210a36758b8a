"""What must hold in the ledger, asked of the database anew. Each check returns sentences that name the row."""

from django.db import connection

from crm.base.context import acting_institute

_UNBALANCED = """
SELECT 'entry ' || e.id || CASE WHEN count(p.id) = 0 THEN ' has no postings'
       ELSE ' sums to ' || sum(p.pence) || ' pence' END
FROM sponsorships_journalentry e
LEFT JOIN sponsorships_posting p ON p.institute_id = e.institute_id AND p.entry_id = e.id
WHERE e.institute_id = %(institute)s GROUP BY e.id
HAVING count(p.id) = 0 OR sum(p.pence) <> 0
"""
_BALANCES = """
SELECT 'fund ' || f.name || ', ' || b.bucket || ': balance ' || b.pence || ', postings ' || coalesce(s.pence, 0)
FROM sponsorships_fundbalance b
JOIN sponsorships_fund f ON f.id = b.fund_id
LEFT JOIN (SELECT fund_id, bucket, sum(pence) AS pence FROM sponsorships_posting
           WHERE institute_id = %(institute)s GROUP BY 1, 2) s ON s.fund_id = b.fund_id AND s.bucket = b.bucket
WHERE b.institute_id = %(institute)s AND b.pence <> coalesce(s.pence, 0)
"""
_SEQUENCE = """
SELECT 'fund ' || f.name || ': ' || count(*) || ' postings, numbered ' || min(p.sequence) || ' to ' || max(p.sequence)
FROM sponsorships_posting p JOIN sponsorships_fund f ON f.id = p.fund_id
WHERE p.institute_id = %(institute)s GROUP BY f.id, f.name
HAVING min(p.sequence) <> 1 OR max(p.sequence) <> count(*)
"""
_REPEATED_FACTS = """
SELECT 'posting ' || p.id || ' says ' || p.kind || ' on ' || p.occurred_on || ', its entry ' || e.kind || ' on '
       || e.occurred_on
FROM sponsorships_posting p
JOIN sponsorships_journalentry e ON e.institute_id = p.institute_id AND e.id = p.entry_id
WHERE p.institute_id = %(institute)s AND (p.kind, p.occurred_on) <> (e.kind, e.occurred_on)
"""
_REVERSALS = """
SELECT DISTINCT 'reversal ' || e.id || ' does not mirror entry ' || e.reverses_id
FROM sponsorships_journalentry e
JOIN sponsorships_posting p ON p.institute_id = e.institute_id AND p.entry_id IN (e.id, e.reverses_id)
WHERE e.institute_id = %(institute)s AND e.reverses_id IS NOT NULL
GROUP BY e.id, e.reverses_id, p.fund_id, p.bucket, p.kind
HAVING sum(p.pence) <> 0
"""
_AWARDS = """
SELECT 'fund ' || f.name || ': ' || b.pence || ' pence committed, its awards say ' || coalesce(s.pence, 0)
FROM sponsorships_fundbalance b
JOIN sponsorships_fund f ON f.id = b.fund_id
LEFT JOIN (SELECT a.fund_id, sum(i.pence) AS pence FROM sponsorships_awardinstalment i
           JOIN sponsorships_award a ON a.institute_id = i.institute_id AND a.id = i.award_id
           WHERE i.institute_id = %(institute)s AND i.state IN ('planned', 'failed') GROUP BY 1) s
  ON s.fund_id = b.fund_id
WHERE b.institute_id = %(institute)s AND b.bucket = 'committed' AND b.pence <> coalesce(s.pence, 0)
"""
_PURPOSE = """
SELECT DISTINCT 'fund ' || f.name || ' is a ' || f.kind || ' fund and has a posting of the kind ' || p.kind
FROM sponsorships_posting p JOIN sponsorships_fund f ON f.id = p.fund_id
WHERE p.institute_id = %(institute)s
  AND ((f.kind = 'bursary' AND p.kind = 'spent')
    OR (f.kind <> 'bursary' AND p.kind IN ('awarded', 'paid', 'payment_failed', 'released', 'recovered')))
"""
_RECEIPTS = """
SELECT 'receipt ' || r.reference || ', fund ' || f.name || ': matched ' || coalesce(m.pence, 0)
       || ' pence, its entries ' || coalesce(j.pence, 0)
FROM (SELECT receipt_id, fund_id, sum(pence) AS pence FROM sponsorships_receiptmatch
      WHERE institute_id = %(institute)s AND fund_id IS NOT NULL GROUP BY 1, 2) m
FULL JOIN (SELECT e.source_id AS receipt_id, p.fund_id, sum(p.pence) AS pence FROM sponsorships_posting p
           JOIN sponsorships_journalentry e ON e.institute_id = p.institute_id AND e.id = p.entry_id
           WHERE p.institute_id = %(institute)s AND e.source_type = 'sponsorships.receipt' AND p.bucket = 'available'
           GROUP BY 1, 2) j USING (receipt_id, fund_id)
JOIN sponsorships_receipt r ON r.id = receipt_id
JOIN sponsorships_fund f ON f.id = fund_id
WHERE coalesce(m.pence, 0) <> coalesce(j.pence, 0)
"""
_INSTALMENTS = """
SELECT 'instalment ' || i.id || ': paid ' || i.paid_pence || ' pence, its receipts say ' || coalesce(m.pence, 0)
FROM sponsorships_instalment i
LEFT JOIN (SELECT instalment_id, sum(pence) AS pence FROM sponsorships_receiptmatch
           WHERE institute_id = %(institute)s GROUP BY 1) m ON m.instalment_id = i.id
WHERE i.institute_id = %(institute)s AND i.paid_pence <> coalesce(m.pence, 0)
"""

CHECKS: dict[str, str] = {
    "each entry's postings sum to zero": _UNBALANCED,
    "each balance is the sum of its postings": _BALANCES,
    "each fund's postings are numbered without gaps": _SEQUENCE,
    "each posting repeats the kind and date of its entry": _REPEATED_FACTS,
    "each reversal mirrors its entry": _REVERSALS,
    "what is committed is what awards have yet to pay": _AWARDS,
    "what receipts were matched for is in the journal": _RECEIPTS,
    "each instalment is paid what receipts were matched to it": _INSTALMENTS,
    "bursary funds pay bursaries and nothing else does": _PURPOSE,
}


def ledger_faults() -> dict[str, list[str]]:
    """Every check by name, with the rows of the acting institute that fail it."""
    return {name: _ask(sql) for name, sql in CHECKS.items()}


def _ask(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 1", {"institute": acting_institute()})
        return [row[0] for row in cursor.fetchall()]
