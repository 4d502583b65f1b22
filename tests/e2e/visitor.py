"""A reader in front of the browser, who notices what goes wrong behind the page."""

from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

ERROR = 400
OFFLINE = "net::ERR_INTERNET_DISCONNECTED"


class Visitor:
    def __init__(self, browser: Browser, site: str, language: str, **options: Any) -> None:
        self.site = site
        self.language = language
        self.faults: list[str] = []
        self._asked_for: set[str] = set()  # addresses whose error status the test expects
        self.context = browser.new_context(locale=language, **options)
        self.may_be_offline = False  # the test has broken the line: what fails by that is expected
        self.page: Page = self.new_page()

    def new_page(self) -> Page:
        """The page before, if any, is closed: its words may be kept on the device."""
        if self.context.pages:
            self.page.close()
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        return self.page

    def go(self, path: str, *, status: int = 200) -> Page:
        """Open a path given without its language, and expect the status."""
        address = f"{self.site}/{self.language}{path}"
        if status >= ERROR:
            self._asked_for.add(address)
        response = self.page.goto(address)
        assert response is not None
        assert response.status == status, f"{address}: {response.status}"
        return self.page

    def expects_error(self, address: str) -> None:
        self._asked_for.add(address)

    def set_offline(self, is_off: bool) -> None:
        self.may_be_offline = self.may_be_offline or is_off
        self.context.set_offline(is_off)

    def leave(self) -> None:
        self.context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        """Errors, warnings and violations of the content security policy are all console messages."""
        expected = message.location.get("url") in self._asked_for and "status of" in message.text
        expected = expected or (self.may_be_offline and OFFLINE in message.text)
        if message.type in {"error", "warning"} and not expected:
            self.faults.append(f"{self.page.url}: {message.text}")

    def _failed(self, request: Request) -> None:
        # A navigation overtaken by the next one; a line that the test has broken.
        if request.failure != "net::ERR_ABORTED" and not (self.may_be_offline and request.failure == OFFLINE):
            self.faults.append(f"{request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= ERROR and response.url not in self._asked_for:
            self.faults.append(f"{response.url}: {response.status}")
