"""`manage.py reference load`: official downloads become the lists by which employers are placed."""

import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from crm.core.models import ReferenceEdition, ReferenceRow
from crm.outbox.models import Entry
from employers.models import Employer
from tests.factories.employers import make_employer

REAL = Path(os.environ.get("REAL_DATA_DIR", "")) / "geography"
AUTHORITIES = (
    "\ufeffLAD23CD,LAD23NM,LSIP23CD,LSIP23NM\n"
    'E06000010,"Kingston upon Hull, City of",E69000017,  Hull and East Yorkshire\n'
)
DISTRICTS = (
    "outcode,la_name,region\nHU3,Kingston upon Hull,Yorkshire and the Humber\nNR1,Norfolk,East of England\n,x,y\n"
)


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load(kind, path, **more):
    out = io.StringIO()
    call_command("reference", "load", kind, str(path), stdout=out, **more)
    return out.getvalue()


def rows(kind):
    current = ReferenceRow.objects.filter(edition__kind=kind, edition__is_current=True)
    return {row.code: (row.name, row.parent, row.area) for row in current}


def test_employers_are_placed_by_the_lists_that_are_loaded_in_either_order(inside, tmp_path, yhiot):
    employer = make_employer("Quickline", postcode="HU3 2HJ", region="London")
    said = load("outcodes", write(tmp_path, "o.csv", DISTRICTS), edition="2026")
    assert f"{yhiot.short_name}: 1 employers are placed anew." in said
    load("local-authorities", write(tmp_path, "la.csv", AUTHORITIES))
    assert rows("outcode") == {
        "HU3": ("Kingston upon Hull", "Yorkshire and The Humber", "Hull and East Yorkshire"),
        "NR1": ("Norfolk", "East of England", "New Anglia"),
    }
    employer = Employer.objects.get(pk=employer.pk)
    assert (employer.local_authority, employer.region) == ("Kingston upon Hull", "Yorkshire and The Humber")
    assert employer.lsip_area == "Hull and East Yorkshire"
    assert Entry.objects.filter(type="employers.employers_placed").count() == 2


def test_the_same_file_again_changes_nothing_and_a_newer_one_keeps_the_older(inside, tmp_path):
    make_employer("Quickline", postcode="HU3 2HJ")
    path = write(tmp_path, "o.csv", DISTRICTS)
    load("outcodes", path)
    assert "placed anew" not in load("outcodes", path)
    load("outcodes", write(tmp_path, "new.csv", DISTRICTS.replace("NR1", "NR2")))
    editions = ReferenceEdition.objects.filter(kind="outcode")
    assert sorted(editions.values_list("is_current", flat=True)) == [False, True]
    assert "NR2" in rows("outcode")


def test_a_directory_of_postcodes_is_taken_by_the_majority_in_each_district(inside, tmp_path):
    load("local-authorities", write(tmp_path, "la.csv", AUTHORITIES))
    head, hull = "pcds,oslaua,rgn", "HU3 2HJ,E06000010,E12000003"
    lines = [head, hull, hull.replace("2HJ", "2HA"), "HU3 9ZZ,E06000011,E12000003", "ZE1 0AA,S12000027,S92000003"]
    load("outcodes", write(tmp_path, "onspd.csv", "\n".join(lines)))
    assert rows("outcode") == {
        "HU3": ("Kingston upon Hull", "Yorkshire and The Humber", "Hull and East Yorkshire"),
        "ZE1": ("", "Scotland", ""),
    }


def test_sic_codes_get_their_section_and_lost_zeros_back(inside, tmp_path):
    text = "SIC Code,Description\nSection A,Agriculture\n1110,Growing of cereals\n61900,Other telecommunications\n"
    load("sic", write(tmp_path, "sic.csv", text))
    assert rows("sic_code") == {
        "01110": ("Growing of cereals", "A", ""),
        "61900": ("Other telecommunications", "J", ""),
    }


@pytest.mark.parametrize(("kind", "text"), [("outcodes", "a,b\n1,2\n"), ("sic", "SIC Code,Description\n"), ("sic", "")])
def test_a_file_that_is_no_such_list_is_refused_and_changes_nothing(inside, tmp_path, kind, text):
    before = ReferenceEdition.objects.count()
    with pytest.raises(CommandError):
        load(kind, write(tmp_path, "x.csv", text))
    assert ReferenceEdition.objects.count() == before


def test_the_lists_at_hand_are_shown(inside):
    out = io.StringIO()
    call_command("reference", "list", stdout=out)
    assert "sic_section      2007                 current      21 rows" in out.getvalue()


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="REAL_DATA_DIR names no directory")
def test_real_downloads_place_nearly_every_district_of_england(inside):
    load("local-authorities", REAL / "lad23_to_lsip23.csv")
    load("outcodes", REAL / "outcode_to_la_region_from_schools.csv")
    load("sic", REAL.parent / "companies-house" / "sic2007_condensed.csv")
    districts = rows("outcode")
    assert len(districts) == 2055
    assert districts["HU3"] == ("Kingston upon Hull", "Yorkshire and The Humber", "Hull and East Yorkshire")
    assert districts["LN6"] == ("Lincolnshire", "East Midlands", "Greater Lincolnshire")
    assert districts["S1"] == ("Sheffield", "Yorkshire and The Humber", "South Yorkshire")
    assert sum(1 for *_, area in districts.values() if area) / len(districts) > 0.9
    assert len(rows("sic_code")) == 731
