"""What files call our columns, likeliest first: the one place to add what a spreadsheet says and we do not know yet.

A header is compared whatever its case, spaces and punctuation, with short forms written out ("Co. no." is "company
number", see `crm.imports.mapping`), so one spelling of a word is enough here.
"""

ORGANISATION = (
    *("employer", "employer name", "name of employer", "company", "company name", "name of company"),
    *("organisation", "organisation name", "name of organisation", "legal name", "business", "business name", "firm"),
    *(
        "company organisation",
        "organisation company",
        "employer company",
        "employer organisation",
        "partner",
        "partner name",
    ),
    *("partner organisation", "sponsor", "sponsor name", "account", "account name", "client", "customer"),
)
COMPANY_NUMBER = (
    *("company registration number", "company registration", "registered company number", "company house number"),
    *("companies house number", "companies house", "companies house registration number", "ch number", "crn"),
    *("registration number", "registered number", "company reference number"),
)

EMPLOYER = {
    "name": (
        *("employer name", "supplier name", "supplier(beneficiary) name", "company name", "beneficiary name", "payee"),
        *("payee name", "vendor name", "creditor name", "merchant name", "recipient organisation name"),
        *("supplier", "vendor", "beneficiary", *ORGANISATION),
    ),
    "company_number": (
        *("supplier registered company number", "supplier company number", "recipient organisation company number"),
        *COMPANY_NUMBER,
    ),
    "source_key": (
        *("employer id", "employer number", "supplier id", "supplier number", "vendor id", "vendor number"),
        *("creditor number", "organisation id", "recipient organisation identifier", "company id", "account id", "id"),
    ),
    "postcode": (
        *("postal code", "post zip code", "postcode zip", "zip", "reg address post code", "registered postcode"),
        *("office postcode", "recipient organisation postal code"),
    ),
    "town": (
        *("town city", "city town", "town or city", "post town", "city", "locality", "RegAddress.PostTown"),
        *("recipient organisation city",),
    ),
    "region": ("region name", "government office region", "nation or region", "region nation"),
    "website": (
        *("web", "web site", "website address", "web address", "web page", "webpage", "home page", "url"),
        *("website url", "company website", "domain", "domain name", "recipient organisation web address"),
    ),
    "sector": ("industry", "industry sector", "sector industry", "business sector", "business type"),
    "sic_codes": ("sic code", "sic", "siccode.sictext_1", "sic 2007", "sic 2007 code", "sic codes 2007"),
    "size_band": (
        *("employer size", "company size", "organisation size", "size band", "number of employees", "employees"),
        *("number of staff", "headcount", "size"),
    ),
    "stage": ("status", "relationship status", "relationship stage"),
    "tier": ("level", "level of partnership", "partnership level", "partner tier"),
    "owner": (
        *("account manager", "owner email", "relationship manager", "relationship owner", "partnership manager"),
        *("account owner", "lead officer"),
    ),
    "since_on": ("since", "partner since", "start date", "date joined", "joined"),
    "notes": ("note", "comments", "comment", "remarks", "additional information", "other information"),
}

CONTACT = {
    "first_name": (
        *("forename", "forenames", "first names", "given name", "given names", "christian name", "first"),
        *("contact first name", "contact forename", "main contact first name"),
    ),
    "surname": (
        *("last name", "family name", "second name", "last", "contact surname", "contact last name"),
        *("main contact surname", "main contact last name"),
    ),
    "name": (
        *("full name", "contact name", "name of contact", "contact", "contact person", "main contact"),
        *("main contact name", "key contact", "primary contact", "person"),
    ),
    "email": (
        *("email address", "contact email", "contact email address", "work email", "business email", "mail"),
        *("main contact email",),
    ),
    "phone": (
        *("telephone", "telephone number", "phone number", "contact number", "contact telephone", "contact phone"),
        *("contact telephone number", "work phone", "work telephone", "direct line", "direct dial", "landline"),
        *("mobile", "mobile number", "mobile phone", "mobile telephone", "telephone mobile"),
    ),
    "job_title": ("position", "job role", "role", "job", "post", "post held", "designation", "title"),
    "employer": ORGANISATION,
    "company_number": (*COMPANY_NUMBER, "employer number"),
    "urn": ("school urn",),
    "source_key": ("contact id", "person id", "id"),
}

ENGAGEMENT = {
    "employer": ORGANISATION,
    "day": (
        *("date", "happened at", "contact date", "date of contact", "meeting date", "date of meeting", "call date"),
        *("activity date", "date and time"),
    ),
    "kind": (
        *("type", "activity", "activity type", "engagement type", "contact type", "type of contact"),
        *("type of engagement", "type of activity", "method", "method of contact", "channel"),
    ),
    "summary": (
        *("notes", "note", "description", "discussion", "outcome", "comments", "details", "meeting notes"),
        *("notes of meeting",),
    ),
    "minutes": ("duration", "length", "duration minutes", "time spent"),
    "next_step": (
        *("next steps", "follow up", "follow up action", "next action", "agreed action", "action", "actions"),
        *("action points", "to do"),
    ),
    "by": ("owner", "logged by", "user", "who", "staff", "staff member", "member of staff", "contacted by"),
    "company_number": (*COMPANY_NUMBER, "employer number"),
    "source_key": ("activity id", "engagement id", "id"),
}
