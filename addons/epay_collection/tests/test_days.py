from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CollectionCase


@tagged("post_install", "-at_install")
class TestDays(CollectionCase):
    """Days of schedules, and the hours that are planned on them (Berlin)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.make_schedule("draft", date="2031-03-29")
        # From eleven to twelve, in winter.
        cls.line = cls.make_line(
            schedule_id=cls.plan.id,
            planned_from=datetime(2031, 3, 29, 10),
            planned_until=datetime(2031, 3, 29, 11),
        )

    def window(self, line):
        return (line.planned_from, line.planned_until)

    def test_a_schedule_on_another_day_takes_its_hours_along(self):
        """Still from eleven to twelve: summer time has begun."""
        other = self.make_line(schedule_id=self.plan.id)
        self.plan.with_user(self.manager).date = "2031-03-31"
        self.assertEqual(self.line.date, date(2031, 3, 31))
        self.assertEqual(
            self.window(self.line),
            (datetime(2031, 3, 31, 9), datetime(2031, 3, 31, 10)),
        )
        self.assertEqual(self.window(other), (False, False))

    def test_hours_that_are_corrected_together_with_the_day_stay(self):
        begin = datetime(2031, 3, 31, 7)
        self.plan.with_user(self.manager).write(
            {
                "date": "2031-03-31",
                "line_ids": [
                    Command.update(
                        self.line.id, {"planned_from": begin, "planned_until": False}
                    )
                ],
            }
        )
        self.assertEqual(self.window(self.line), (begin, False))

    def test_a_closed_schedule_stays_on_its_day(self):
        plan = self.plan.with_user(self.manager)
        plan.action_open()
        plan.action_close()
        with self.assertRefused("wrong_state"):
            plan.date = "2031-03-31"
        plan.write({"date": "2031-03-29", "note": "As it was"})
        self.assertEqual(plan.note, "As it was")

    def test_days_in_refusals_are_written_as_people_write_them(self):
        self.env["res.lang"]._activate_lang("de_DE")
        clerk = self.as_clerk(self.make_line()).with_context(lang="de_DE")
        with self.assertRefused("bad_date") as refusal:
            clerk.report("later", date=self.today.isoformat())
        self.assertIn(f"{self.today:%d.%m.%Y}", str(refusal.exception))
        german = self.line.with_context(lang="de_DE")
        with self.assertRaises(ValidationError) as refusal:
            german.planned_from = self.line.planned_from - timedelta(days=1)
        for day in ("28.03.2031", "29.03.2031"):
            self.assertIn(day, str(refusal.exception))
