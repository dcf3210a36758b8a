"""What a typed value must look like, and what it is stored as. Each refusal says what to do."""

from employers.validators.addresses import (
    clean_email,
    clean_phone,
    clean_postcode,
    clean_website,
    email_domain,
    website_domain,
)
from employers.validators.next_step import NextStep, parse_next_step
from employers.validators.text import clean_line, clean_text

__all__ = [
    "NextStep",
    "clean_email",
    "clean_line",
    "clean_phone",
    "clean_postcode",
    "clean_text",
    "clean_website",
    "email_domain",
    "parse_next_step",
    "website_domain",
]
