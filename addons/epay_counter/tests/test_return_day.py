from odoo.tests import tagged

from .return_common import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnDay(ReturnCase):
    """What the counter's day says of what went back."""

    def day(self, query=None):
        return self.as_clerk(self.counter).get_day(query)

    def today(self):
        return self.as_clerk(self.counter).get_state()["counter"]["today"]

    def test_what_is_left_of_the_day_is_said(self):
        sale = self.settled(80.78)
        self.settled(10)
        self.reversed(sale, refund_amount="30.70")
        day = self.day()
        self.assertIn("90.78", day["amount_text"])
        self.assertIn("30.70", day["returned"]["amount_text"])
        self.assertIn("60.08", day["returned"]["net_text"])

    def test_a_return_that_was_refused_takes_nothing_off(self):
        sale = self.settled(80.78)
        self.refuse(self.engaged(sale))
        self.assertFalse(self.day()["returned"])
        self.assertEqual(self.today()["returned_text"], "")

    def test_the_counter_says_beside_its_sales_what_went_back(self):
        self.assertEqual(self.today()["returned_text"], "")
        self.reversed(self.settled(80.78), refund_amount="30.70")
        self.assertIn("80.78", self.today()["amount_text"])
        self.assertIn("30.70", self.today()["returned_text"])

    def test_the_receipts_number_finds_its_returns(self):
        sale, other = self.settled(80.78), self.settled(10)
        back = self.reversed(sale)
        found = [row["name"] for row in self.day(sale.name)["deals"]]
        self.assertCountEqual(found, [sale.name, back.name])
        found = [row["name"] for row in self.day(other.name)["deals"]]
        self.assertEqual(found, [other.name])
