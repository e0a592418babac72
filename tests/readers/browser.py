"""A headless Chromium for the scripts that open pages as their readers do: from the folder, through the real files."""

import json
import os
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Browser:
    def __init__(self, width=1360, height=860):
        options = webdriver.ChromeOptions()
        options.binary_location = os.environ["EDULAC_CHROMIUM"]
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        for flag in [*FLAGS, f"--window-size={width},{height}", f"--user-data-dir={self.profile.name}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = os.path.join(os.path.dirname(os.environ["EDULAC_CHROMIUM"]), "chromedriver")
        self.driver = webdriver.Chrome(options=options, service=Service(driver))
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        )
        self.requested = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()
        self.profile.cleanup()

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, script, what, seconds=60):
        """Until the script gives something true."""
        end = time.time() + seconds
        while time.time() < end:
            found = self.run(script)
            if found:
                return found
            time.sleep(0.05)
        raise SystemExit(f"{what}: waited {seconds} s; the console says {self.complaints()}")

    def complaints(self):
        """What the console of the page says, and forgets."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """Every address that was asked for since the beginning."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] != "Network.requestWillBeSent":
                continue
            url = message["params"]["request"]["url"]
            # The tab that the browser begins with is its own.
            if not url.startswith("chrome:"):
                self.requested.append(url)
        return self.requested

    def prefers(self, **features):
        told = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": told})

    def judged(self):
        """What axe-core finds wrong with the page; none where axe-core is not at hand. Ask for complaints before: it makes some."""
        axe = os.environ.get("EDULAC_AXE")
        if not axe:
            return None
        with open(axe, encoding="utf-8") as file:
            self.run(file.read())
        found = self.driver.execute_async_script(
            "const done = arguments[1]; axe.run({runOnly: arguments[0], preload: false}).then(done)", RULES
        )
        if len(found["passes"]) < 20:
            raise SystemExit(f"axe-core judged hardly anything: {len(found['passes'])} rules")
        return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]]
