"""The facts of partnerships by API: lists that ask a constant number of queries, and what another institute gets."""

import pytest

from tests.factories.employers import make_employer
from tests.factories.facts import make_facts
from tests.queries import own_queries

# Who asks and the allowance, the token, roles; then the list, and for some what hangs on its rows.
QUERIES = {
    "promises/?state=all": 4,
    "bodies/": 4,
    "seats/": 4,
    "body-meetings/": 5,
    "curriculum-inputs/": 4,
    "skills-needs/?state=all": 4,
    "projects/": 8,
    "files/": 4,
}


@pytest.mark.parametrize("path", QUERIES)
def test_a_list_asks_the_same_queries_for_one_row_and_for_three(api_for, people, yhiot, liot, inside, path):
    api = api_for(people.partnership_manager, yhiot)

    def count():
        with own_queries() as queries:
            answer = api.get(path)
        assert answer.status_code == 200, answer.json()
        return len(queries), len(answer.json()["items"])

    make_facts(make_employer(), inside, institutes=[liot])
    one = count()
    make_facts(make_employer(), inside, body="Second board"), make_facts(make_employer(), inside, body="Third board")
    assert (one, count()) == ((QUERIES[path], 1), (QUERIES[path], 3))
    stranger = api_for(people.at(liot).partnership_manager, liot)
    assert stranger.get(path).json()["items"] == []
