"""What a task costs the one who does it: keys pressed and clicks made. The text itself is free, a chord is one key."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page


@dataclass
class Hand:
    """Works a page and counts. `cost` is keys and clicks together."""

    page: Page
    keys: int = 0
    clicks: int = 0

    @property
    def cost(self) -> int:
        return self.keys + self.clicks

    def press(self, *keys: str) -> None:
        """Each key or chord ("Control+k") is one."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        """Text counts nothing."""
        self.page.keyboard.type(text)

    def click(self, on: Locator) -> None:
        on.click()
        self.clicks += 1
