"""How long the sign-in page takes to answer an address that has an account, one that has none and a closed one.

    python -m benchmarks.sign_in --rounds 30

A code is mailed for the first alone; the page waits until a fixed moment, so that no clock tells them apart. Requests
go through Django's own client, without a network. Medians, and how far they lie apart; nothing is asserted.
"""

import statistics
import time
from collections.abc import Callable

from benchmarks.stage import options, print_machine, stage  # isort: skip  it sets Django up
from django.conf import settings
from django.test import Client

from crm.identity.models import User

ADDRESSES = {"known": "rosa@bench.example", "unknown": "nobody@bench.example", "closed": "gone@bench.example"}


def asking(address: str, times: list[float]) -> Callable[[], None]:
    """Ask for a code, and keep the milliseconds until the answer."""

    def ask() -> None:
        client = Client(headers={"host": "localhost"})
        started = time.perf_counter()
        assert client.post("/accounts/login/", {"email": address}).status_code == 302
        times.append((time.perf_counter() - started) * 1000)

    return ask


def main() -> None:
    rounds = options(__doc__, rounds=30).rounds
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": None}
    with stage():
        User.objects.create_user(email=ADDRESSES["known"], name="Rosa Klein")
        User.objects.create_user(email=ADDRESSES["closed"], name="Gone", is_active=False)
        times: dict[str, list[float]] = {who: [] for who in ADDRESSES}
        sides = [asking(ADDRESSES[who], times[who]) for who in ADDRESSES]
        for number in range(rounds + 1):
            for ask in sides if number % 2 else reversed(sides):
                ask()
    print_machine()
    medians = {who: statistics.median(found[1:]) for who, found in times.items()}
    for who, found in times.items():
        print(f"{who:<10} median {medians[who]:7.1f} ms, slowest {max(found[1:]):7.1f} ms")
    print(f"medians lie {max(medians.values()) - min(medians.values()):.1f} ms apart")


if __name__ == "__main__":
    main()
