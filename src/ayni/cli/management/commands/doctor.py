import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from ayni.cli import doctor, doctor_data


class Command(BaseCommand):
    help = "Say what is missing or unsafe on this site, and how to mend it. Ends with 1 when something must be mended."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="One list of findings, for machines.")
        parser.add_argument("--deep", action="store_true", help="Also check every seal of the audit (slow).")

    def handle(self, *_args: Any, **options: Any) -> None:
        checks = doctor.MACHINE + doctor_data.STORED + (doctor_data.DEEP if options["deep"] else ())
        findings = doctor.examine(checks)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=1))
        else:
            self._show(findings)
        if any(finding.level == doctor.FAIL for finding in findings):
            sys.exit(1)

    def _show(self, findings: list[doctor.Finding]) -> None:
        for finding in findings:
            mend = f" -> {finding.mend}" if finding.mend else ""
            self.stdout.write(f"{finding.level:4}  {finding.name}: {finding.text}{mend}")
        count = {
            level: sum(finding.level == level for finding in findings) for level in (doctor.FAIL, doctor.WARN)
        }
        self.stdout.write(f"{count['fail']} to mend, {count['warn']} to look at.")
