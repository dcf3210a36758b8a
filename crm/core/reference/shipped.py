"""The short lists, written by hand. Facts with their sources; whoever changes rows raises the version and adds a
migration like core 0008, which makes rows of them.

SIC: Office for National Statistics, UK Standard Industrial Classification of Economic Activities 2007. IS-8: the eight
growth sectors of "The UK's Modern Industrial Strategy" (2025). Routes: Skills England's fifteen technical routes. LSIP
areas: Department for Education, areas of 2023, under their ONS codes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row of a list: see crm.core.models.ReferenceRow."""

    code: str
    name: str
    parent: str = ""
    area: str = ""


@dataclass(frozen=True)
class ShippedList:
    """A list with the version it is."""

    kind: str
    version: str
    source: str
    lines: tuple[Line, ...]


SIC_SECTIONS = {
    "A": "Agriculture, forestry and fishing",
    "B": "Mining and quarrying",
    "C": "Manufacturing",
    "D": "Electricity, gas, steam and air conditioning supply",
    "E": "Water supply, sewerage, waste management and remediation",
    "F": "Construction",
    "G": "Wholesale and retail trade; repair of motor vehicles",
    "H": "Transportation and storage",
    "I": "Accommodation and food service",
    "J": "Information and communication",
    "K": "Financial and insurance activities",
    "L": "Real estate activities",
    "M": "Professional, scientific and technical activities",
    "N": "Administrative and support services",
    "O": "Public administration and defence",
    "P": "Education",
    "Q": "Human health and social work",
    "R": "Arts, entertainment and recreation",
    "S": "Other service activities",
    "T": "Households as employers",
    "U": "Extraterritorial organisations",
}

# Section, division, name.
_SIC_DIVISIONS = """
A 01 Crop and animal production, hunting and related service activities
A 02 Forestry and logging
A 03 Fishing and aquaculture
B 05 Mining of coal and lignite
B 06 Extraction of crude petroleum and natural gas
B 07 Mining of metal ores
B 08 Other mining and quarrying
B 09 Mining support service activities
C 10 Manufacture of food products
C 11 Manufacture of beverages
C 12 Manufacture of tobacco products
C 13 Manufacture of textiles
C 14 Manufacture of wearing apparel
C 15 Manufacture of leather and related products
C 16 Manufacture of wood and of products of wood and cork, except furniture
C 17 Manufacture of paper and paper products
C 18 Printing and reproduction of recorded media
C 19 Manufacture of coke and refined petroleum products
C 20 Manufacture of chemicals and chemical products
C 21 Manufacture of basic pharmaceutical products and pharmaceutical preparations
C 22 Manufacture of rubber and plastic products
C 23 Manufacture of other non-metallic mineral products
C 24 Manufacture of basic metals
C 25 Manufacture of fabricated metal products, except machinery and equipment
C 26 Manufacture of computer, electronic and optical products
C 27 Manufacture of electrical equipment
C 28 Manufacture of machinery and equipment n.e.c.
C 29 Manufacture of motor vehicles, trailers and semi-trailers
C 30 Manufacture of other transport equipment
C 31 Manufacture of furniture
C 32 Other manufacturing
C 33 Repair and installation of machinery and equipment
D 35 Electricity, gas, steam and air conditioning supply
E 36 Water collection, treatment and supply
E 37 Sewerage
E 38 Waste collection, treatment and disposal activities; materials recovery
E 39 Remediation activities and other waste management services
F 41 Construction of buildings
F 42 Civil engineering
F 43 Specialised construction activities
G 45 Wholesale and retail trade and repair of motor vehicles and motorcycles
G 46 Wholesale trade, except of motor vehicles and motorcycles
G 47 Retail trade, except of motor vehicles and motorcycles
H 49 Land transport and transport via pipelines
H 50 Water transport
H 51 Air transport
H 52 Warehousing and support activities for transportation
H 53 Postal and courier activities
I 55 Accommodation
I 56 Food and beverage service activities
J 58 Publishing activities
J 59 Motion picture, video and television programme production, sound recording and music publishing
J 60 Programming and broadcasting activities
J 61 Telecommunications
J 62 Computer programming, consultancy and related activities
J 63 Information service activities
K 64 Financial service activities, except insurance and pension funding
K 65 Insurance, reinsurance and pension funding, except compulsory social security
K 66 Activities auxiliary to financial services and insurance activities
L 68 Real estate activities
M 69 Legal and accounting activities
M 70 Activities of head offices; management consultancy activities
M 71 Architectural and engineering activities; technical testing and analysis
M 72 Scientific research and development
M 73 Advertising and market research
M 74 Other professional, scientific and technical activities
M 75 Veterinary activities
N 77 Rental and leasing activities
N 78 Employment activities
N 79 Travel agency, tour operator and other reservation service and related activities
N 80 Security and investigation activities
N 81 Services to buildings and landscape activities
N 82 Office administrative, office support and other business support activities
O 84 Public administration and defence; compulsory social security
P 85 Education
Q 86 Human health activities
Q 87 Residential care activities
Q 88 Social work activities without accommodation
R 90 Creative, arts and entertainment activities
R 91 Libraries, archives, museums and other cultural activities
R 92 Gambling and betting activities
R 93 Sports activities and amusement and recreation activities
S 94 Activities of membership organisations
S 95 Repair of computers and personal and household goods
S 96 Other personal service activities
T 97 Activities of households as employers of domestic personnel
T 98 Undifferentiated goods- and services-producing activities of private households for own use
U 99 Activities of extraterritorial organisations and bodies
"""
SIC_DIVISIONS = tuple(
    Line(code=code, name=name, parent=section)
    for section, code, name in (line.split(" ", 2) for line in _SIC_DIVISIONS.strip().splitlines())
)
SECTION_OF_DIVISION = {line.code: line.parent for line in SIC_DIVISIONS}

IS8_SECTORS = {
    "advanced-manufacturing": "Advanced Manufacturing",
    "clean-energy": "Clean Energy Industries",
    "creative": "Creative Industries",
    "defence": "Defence",
    "digital": "Digital and Technologies",
    "financial": "Financial Services",
    "life-sciences": "Life Sciences",
    "professional": "Professional and Business Services",
}

ROUTES = {
    "agriculture": "Agriculture, environmental and animal care",
    "business": "Business and administration",
    "care": "Care services",
    "catering": "Catering and hospitality",
    "construction": "Construction and the built environment",
    "creative": "Creative and design",
    "digital": "Digital",
    "education": "Education and early years",
    "engineering": "Engineering and manufacturing",
    "hair": "Hair and beauty",
    "health": "Health and science",
    "legal": "Legal, finance and accounting",
    "protective": "Protective services",
    "sales": "Sales, marketing and procurement",
    "transport": "Transport and logistics",
}

REGIONS = {
    "E12000001": "North East",
    "E12000002": "North West",
    "E12000003": "Yorkshire and The Humber",
    "E12000004": "East Midlands",
    "E12000005": "West Midlands",
    "E12000006": "East of England",
    "E12000007": "London",
    "E12000008": "South East",
    "E12000009": "South West",
    "N92000002": "Northern Ireland",
    "S92000003": "Scotland",
    "W92000004": "Wales",
}

# In the order of their codes, from E69000001 on.
_LSIP_AREAS = (
    "Brighton and Hove, East Sussex, West Sussex",
    "Buckinghamshire",
    "Cambridgeshire and Peterborough",
    "Cheshire and Warrington",
    "Cornwall and the Isles of Scilly",
    "Cumbria",
    "Derbyshire and Nottinghamshire",
    "Dorset",
    "Enterprise M3",
    "Essex, Southend-on-Sea and Thurrock",
    "G First (Gloucestershire)",
    "Greater Lincolnshire",
    "Greater London",
    "Greater Manchester",
    "Heart of the South-West",
    "Hertfordshire",
    "Hull and East Yorkshire",
    "Kent and Medway",
    "Lancashire",
    "Leicester and Leicestershire",
    "Liverpool City Region",
    "New Anglia",
    "North East",
    "North of Tyne",
    "Oxfordshire",
    "Solent",
    "South-East Midlands",
    "South Yorkshire",
    "Stoke-on-Trent and Staffordshire",
    "Swindon and Wiltshire",
    "Tees Valley",
    "Thames Valley Berkshire",
    "The Marches",
    "West Midlands and Warwickshire",
    "Worcestershire",
    "West of England and North Somerset",
    "West Yorkshire",
    "York and North Yorkshire",
)
LSIP_AREAS = {f"E69{number:06d}": name for number, name in enumerate(_LSIP_AREAS, start=1)}


def _lines(names: dict[str, str]) -> tuple[Line, ...]:
    return tuple(Line(code=code, name=name) for code, name in names.items())


SHIPPED = (
    ShippedList("sic_section", "2007", "UK SIC 2007, ONS", _lines(SIC_SECTIONS)),
    ShippedList("sic_division", "2007", "UK SIC 2007, ONS", SIC_DIVISIONS),
    ShippedList("is8_sector", "2025", "The UK's Modern Industrial Strategy, 2025", _lines(IS8_SECTORS)),
    ShippedList("route", "2025", "Skills England, technical routes", _lines(ROUTES)),
    ShippedList("region", "2011", "ONS, regions and countries", _lines(REGIONS)),
    ShippedList("lsip_area", "2023", "Department for Education, LSIP areas", _lines(LSIP_AREAS)),
)
