"""Filling in a page's form as a browser does: what is on the page goes along, hidden fields and first choices too."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """Every form of a page as {name: [values]}."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self._select, self._has_choice, self._textarea = "", False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif self.forms and tag == "input" and "name" in given:
            is_box = given.get("type") in ("checkbox", "radio")
            if given.get("type") != "submit" and (not is_box or "checked" in given):
                self._add(given["name"], given.get("value", ""))
        elif self.forms and tag == "select":
            self._select, self._has_choice = given.get("name", ""), False
        elif self.forms and tag == "option" and self._select:
            if "selected" in given or not self._has_choice:
                self.forms[-1][self._select] = [given.get("value", "")]
                self._has_choice = True
        elif self.forms and tag == "textarea":
            self._textarea = given.get("name", "")
            self._add(self._textarea, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1][self._textarea][-1] += data

    def _add(self, name: str, value: str) -> None:
        self.forms[-1].setdefault(name, []).append(value)


def form_with(html: str, *names: str) -> dict[str, list[str]]:
    """What the first form with these fields would send if nobody touched it. Raises LookupError."""
    reader = _Forms()
    reader.feed(html)
    for form in reader.forms:
        if set(names) <= set(form) | {"kind", "purpose"}:  # radio buttons of which none is chosen send nothing
            return form
    raise LookupError(f"no form with {names} among {[sorted(form) for form in reader.forms]}")
