"""The steps of signing in, as a person does them."""

import re

LOGIN, CODE = "/accounts/login/", "/accounts/login/code/"


def ask(client, email="rosa@staff.example", **extra):
    return client.post(LOGIN, {"email": email}, **extra)


def code_in(mail):
    return re.search(r"\b\d{4}-\d{4}\b", mail.body)[0]


def wrong(code):
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def signed_in(client):
    return "_auth_user_id" in client.session
