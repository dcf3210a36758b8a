"""Which column holds what, by what spreadsheets call their columns."""

import csv
import io

import pytest

from crm.core.registry import import_kinds
from crm.imports.mapping import guess_columns, layout_of
from tests.imports.steps import REAL, needs_real_data

# What a header means to a kind of file; one spelling of each is in employers/imports/headers.py, the rest follows.
MEANT = {
    "employers": {
        "name": "Org | Organisation | Organization name | ORGANISATION NAME | Name of organisation | Company | Co. name"
        " | Company/Organisation | Employer | Employer Name * | Business name | Firm | Supplier Name | Vendor | Payee"
        " | Recipient Org:Name | Supplier(Beneficiary) Name | Legal name | EmployerName",
        "company_number": "Co. no. | Co no | Company no. | CompanyNo | Company No | company_number | Company Number"
        " | Company reg no | Company Reg. No. | Reg no | Companies House no. | Companies House Number (if known) | CRN"
        " | Registered No | Supplier Registered Company Number | Recipient Org:Company Number",
        "source_key": "EmployerId | Supplier no. | Supplier Number | Supplier ID | Vendor No | ID",
        "postcode": "Post code | PostCode | POSTCODE | Postcode * | Post Code (UK) | Postal code | RegAddress.PostCode",
        "town": "Town/City | Town / City | City | Town or city | Post town | RegAddress.PostTown",
        "website": "Web | Website | Web site | web-site | Website URL | URL | Web address | Company website",
        "sector": "Industry | Sector/Industry | Business sector",
        "sic_codes": "SIC Code(s) | SIC codes | SIC | SICCode.SicText_1 | SIC (2007) code",
        "size_band": "No. of employees | Employer Size | Number of staff | Headcount",
        "owner": "Account manager | Relationship Owner",
        "notes": "Comments | Notes | Additional info | Remarks",
    },
    "contacts": {
        "name": "Contact | Contact name | Main contact | Full Name | Name of contact",
        "first_name": "First name | Firstname | FIRST_NAME | FirstName | Forename | Forename(s) | Given name"
        " | Contact first name",
        "surname": "Surname | SURNAME | Last name | LastName | last_name | Family name | Contact surname",
        "email": "E-mail | Email | e mail | Email address | E-Mail Address | Contact e-mail | Email (work)",
        "phone": "Tel | Tel. | Tel no | Tel No. | Telephone | Telephone number | Phone no. | Mobile | Mob | Contact no."
        " | Contact number | Direct line | Work tel",
        "job_title": "Job Title | Position | Role | Job role | Post held | Title",
        "employer": "Org | Organisation | Company name | Employer | Co",
        "company_number": "Co. no. | Company number | Company Reg No",
        "urn": "URN | School URN",
    },
    "engagements": {
        "employer": "Organisation | Company | Employer name",
        "day": "Date | Date of contact | Meeting date | When",
        "kind": "Type | Type of contact | Contact type | Method",
        "summary": "Notes | Discussion | What was said | Outcome",
        "minutes": "Minutes | Duration (mins) | Duration",
        "next_step": "Next steps | Follow-up | Actions | Agreed action",
        "by": "Staff member | Logged by | Colleague",
    },
    "schools": {
        "name": "EstablishmentName | SCHNAME | School name | Name of School",
        "urn": "URN | School URN",
        "town": "Town | TOWN | Town/City",
        "status": "EstablishmentStatus (name) | ICLOSE | Open/closed",
    },
}
HEADERS = [
    (kind, field, header.strip())
    for kind, fields in MEANT.items()
    for field, headers in fields.items()
    for header in headers.split(" | ")
]


def test_headers_of_real_spreadsheets_are_known():
    found = {(kind, header): guess_columns(import_kinds[kind], [header]) for kind, _, header in HEADERS}
    assert found == {(kind, header): {field: 0} for kind, field, header in HEADERS}


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("employers", "Email"),  # of a person, not the employer's website
        ("employers", "Company status"),
        ("employers", "VAT Registration Number"),
        ("employers", "Supplier Registered Charity Number"),
        ("employers", "Previous name"),
        ("contacts", "Contacted on"),
        ("schools", "EstablishmentStatusReason"),
    ],
)
def test_other_headers_are_left_to_the_person(kind, header):
    assert guess_columns(import_kinds[kind], [header]) == {}


def test_of_two_columns_the_likelier_is_taken_and_none_serves_twice():
    headers = ["Org", "Contact", "E-mail", "Mobile", "Tel no", "Title", "Job title"]
    found = guess_columns(import_kinds["contacts"], headers)
    assert found == {"employer": 0, "name": 1, "email": 2, "phone": 4, "job_title": 6}


def test_a_name_in_two_columns_is_matched_as_two_parts():
    headers = ["Title", "Forename", "Surname", "Company", "E-mail"]
    found = guess_columns(import_kinds["contacts"], headers)
    assert found == {"job_title": 0, "first_name": 1, "surname": 2, "employer": 3, "email": 4}


def test_what_stands_in_brackets_tells_columns_apart_and_is_else_passed_over():
    coded = ["EstablishmentStatus (code)", "EstablishmentStatus (name)", "EstablishmentName"]
    assert guess_columns(import_kinds["schools"], coded) == {"status": 1, "name": 2}


def test_a_layout_is_known_again_as_before():
    """Matchings that were remembered hold: how a layout is told did not change with how headers are read."""
    assert layout_of(["Supplier name ", "Co. no."]) == layout_of(["SUPPLIERNAME", "co no"])
    assert layout_of(["Co. no."]) != layout_of(["Company number"])


# By the file's folder and name: what of it is matched to employers, by header.
PUBLIC = {
    "council-spend/bradford_2018-05.csv": {"name": "Supplier Name", "source_key": "Supplier Number"},
    "council-spend/calderdale_2022-08.csv": {
        "name": "Supplier(Beneficiary) Name",
        "company_number": "Supplier Registered Company Number",
        "source_key": "Supplier ID",
    },
    "council-spend/leeds_raw_2012-07.csv": {"name": "Supplier name "},
    "council-spend/wakefield_2016-Q4.csv": {
        "name": "Supplier Name",
        "company_number": "Company Registration",
        "source_key": "Supplier ID",
    },
    "companies-house/basic_company_data_sample_a.csv": {
        "name": "CompanyName",
        "company_number": " CompanyNumber",
        "postcode": "RegAddress.PostCode",
        "town": "RegAddress.PostTown",
        "sic_codes": "SICCode.SicText_1",
    },
    "gender-pay-gap/gpg_2022-23_yh_ne_em.csv": {
        "name": "EmployerName",
        "source_key": "EmployerId",
        "postcode": "PostCode",
        "company_number": "CompanyNumber",
        "sic_codes": "SicCodes",
        "size_band": "EmployerSize",
    },
}


@needs_real_data
@pytest.mark.real_data
@pytest.mark.parametrize("path", PUBLIC)
def test_columns_of_public_files_are_found(path):
    with (REAL / path).open("rb") as file:
        headers = next(csv.reader(io.StringIO(file.readline().decode("cp1252").lstrip("ï»¿"))))
    found = guess_columns(import_kinds["employers"], headers)
    assert {field: headers[position] for field, position in found.items()} == PUBLIC[path]
