"""The import screen as a person sees it."""

import pytest
from playwright.sync_api import expect

from crm.base.context import institute_context
from crm.imports.models import ImportJob
from crm.imports.work import work
from employers.models import Employer
from tests.browser import in_every_look
from tests.factories.employers import make_employer
from tests.imports.steps import REAL, applied, checked, go, needs_real_data, uploaded

pytestmark = pytest.mark.browser

LIST = """EmployerId;EmployerName;PostCode;CompanyNumber;SicCodes;EmployerSize;Since
77;Quickline Communications Limited;HU13 0EG;06823498;61100;250 to 499;30/09/2019
78;Yorkshire and Humberside Community Rehabilitation and Reintegration Partnership Limited;LS1 4AP;;1;Not Provided;
79;Airco Coolng Ltd;;;;500 to 999;31/09/2024
80;Festo Didactic Systems UK Ltd;NN4 7JS;;26511;250 to 499;
82;Penine Castngs and Machining;;;;250 to 499;
;;;12;;;
""".encode("cp1252")


def test_the_pages_are_accessible_in_every_look(open_page, yhiot, people):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        make_employer("Festo Didactic Systems Ltd", town="Northampton", postcode="NN4 7JS")
        make_employer("Pennine Castings and Machining (Leeds) Limited", town="Leeds")
        before = LIST.replace(b"250 to 499;30", b"500 to 999;30").replace(b"80;", b"81;").split(b"79;")[0]
        applied(manager, before, name="gender-pay-2022.csv", source="Gender pay gap service")
        fresh = uploaded(manager, LIST, name="gender-pay-2023.csv")
        found = checked(manager, LIST, name="gender-pay-2023.csv", source="Gender pay gap service")
        done = go(checked(manager, LIST, name="gender-pay-2023-again.csv", source="Other"), manager)
    for job, shown in ((fresh, "match"), (found, "check"), (done, "done")):
        in_every_look(open_page, f"/imports/{job.pk}/", f"import-{shown}", manager, yhiot)
    in_every_look(open_page, f"/imports/{found.pk}/?show=update", "import-updates", manager, yhiot)
    in_every_look(open_page, f"/imports/{found.pk}/?show=duplicate", "import-duplicates", manager, yhiot)
    in_every_look(open_page, f"/imports/{found.pk}/?show=perhaps", "import-perhaps", manager, yhiot)
    in_every_look(open_page, "/imports/", "imports", manager, yhiot)


def test_mending_goes_from_row_to_row_without_the_mouse(open_page, yhiot, people):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        job = checked(manager, b"Name,Town\n" + b",Hull\n" * 53)
    page = open_page(f"/imports/{job.pk}/?show=problem", manager, yhiot)
    page.get_by_label("Name of row 40").fill("Festo")
    page.keyboard.press("Enter")
    following = page.get_by_label("Name of row 41")
    expect(following).to_be_focused()
    expect(following).to_be_in_viewport()
    page.keyboard.type("Airco")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of row 42")).to_be_focused()
    expect(page.get_by_label("Name of row 42")).to_be_in_viewport()
    with institute_context(yhiot.id):
        assert set(job.rows.filter(verdict="new").values_list("number", flat=True)) == {40, 41}


@needs_real_data
@pytest.mark.real_data
def test_a_real_snapshot_goes_through_the_screen(open_page, yhiot, people):
    manager = people.partnership_manager
    page = open_page("/imports/new/", manager, yhiot)
    page.get_by_label("File", exact=True).set_input_files(REAL / "gender-pay-gap" / "gpg_2022-23_yh_ne_em.csv")
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("textbox", name="Source").fill("Gender pay gap service")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.locator("#progress")).to_be_visible()
    work(yhiot.id)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check 1,753 rows before importing")
    page.get_by_role("button", name="Import 1749 rows").click()
    expect(page.locator("#progress")).to_be_visible()
    work(yhiot.id)
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible()
    with institute_context(yhiot.id):
        assert Employer.objects.count() == 1749
        assert ImportJob.objects.get().tally["outcomes"] == {"created": 1749, "rejected": 4}
