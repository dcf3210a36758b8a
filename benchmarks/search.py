"""What searching everything costs in one large institute, and that what is misspelt is found.

    python -m benchmarks.search --employers 100000

The page and the list behind Ctrl K are asked for through the whole stack as the application's role. Beside the
employers (each with its words) there are twice as many people, and agreements, challenges and schools.
"""

import statistics
import sys
import time
from urllib.parse import quote

from benchmarks.stage import options, print_machine, stage  # isort: skip  it sets Django up
from django.conf import settings
from django.test import Client

from benchmarks import employers_data
from crm.base.context import institute_context
from crm.core.models import SearchEntry

LIMIT_MILLISECONDS = 150
QUERIES = {
    "a name": "pennine castings", "letter by letter": "penni", "two letters": "pe", "a common word": "robotics",
    "misspelt": "penine castngs", "very misspelt": "qickline", "a former name": "fibre folk", "a person": "jo marsh 77",
    "a person, misspelt": "joo marhs", "a long name": "northern powergrid yorkshire robotics packaging leeds limited",
    "nothing like it": "zzyzx qwrtp",
}  # fmt: skip
MUST_FIND = {"very misspelt": "Quickline Communications", "a former name": "Quickline Communications"}

OTHERS = """
INSERT INTO core_searchentry (id, institute_id, kind, object_id, title, subtitle, words, match_key)
SELECT gen_random_uuid(), %(institute)s, kind, gen_random_uuid(), title, '', lower(title), lower(title) FROM (
  SELECT 'contact' AS kind, (ARRAY['Jo','Ann','Ade','Priya','Tom','Rosa','Sam','Ivy'])[1 + n %% 8] || ' '
    || (ARRAY['Marsh','Klein','Nair','Okafor','Webb','Stone','Hale','Frost','Reid'])[1 + n %% 9] || ' ' || n AS title
  FROM generate_series(1, %(people)s) n
  UNION ALL SELECT 'sponsorships.agreement', 'Digital skills bursary ' || n FROM generate_series(1, 5000) n
  UNION ALL SELECT 'challenge', 'Robot challenge ' || n FROM generate_series(1, 2000) n
  UNION ALL SELECT 'school', 'Saint Hild Academy ' || n FROM generate_series(1, 1500) n) made
"""


def main() -> int:
    """Load, measure, say whether every search kept within the limit and found what it had to."""
    chosen = options(__doc__, employers=100_000, times=20, seed=7)
    print_machine()
    with stage() as scene:
        made = employers_data.load(
            scene.superuser_url,
            scene.institute.id,
            [scene.manager.id],
            employers=chosen.employers,
            related=chosen.employers,
            seed=chosen.seed,
        )
        with institute_context(scene.institute.id):
            words = "quickline communications digital fibre folk 04123456"
            title = "Quickline Communications"
            SearchEntry.objects.filter(object_id=made.busiest).update(title=title, words=words)
        scene.seed(OTHERS, institute=scene.institute.id, people=2 * chosen.employers)
        client = Client()
        client.force_login(scene.manager, backend=settings.AUTHENTICATION_BACKENDS[0])
        held = [_measure(client, label, query, chosen.times) for label, query in QUERIES.items()]
    print("held" if all(held) else f"NOT held: a search took more than {LIMIT_MILLISECONDS} ms or missed what is there")
    return 0 if all(held) else 1


def _measure(client: Client, label: str, query: str, times: int) -> bool:
    found = True
    late = []
    for path in ("/search/", "/search/palette/"):
        taken = []
        for _ in range(times + 1):
            started = time.perf_counter()
            answer = client.get(f"/i/bench{path}?q={quote(query)}")
            taken.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, answer.status_code
        found = found and MUST_FIND.get(label, "") in answer.content.decode()
        taken = sorted(taken[1:])
        late.append(taken[min(len(taken) - 1, int(len(taken) * 0.95))])
        print(f"{label:20} {path:18} p50 {statistics.median(taken):5.0f}  p95 {late[-1]:5.0f} ms", flush=True)
    return found and max(late) <= LIMIT_MILLISECONDS


if __name__ == "__main__":
    sys.exit(main())
