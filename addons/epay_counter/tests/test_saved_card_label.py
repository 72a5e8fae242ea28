from odoo.tests import tagged

from .common import EpayCase

CARD_NUMBER = "4111 1111 1111 1111"


@tagged("post_install", "-at_install")
class TestSavedCardLabel(EpayCase):
    """A provider's module may keep more of a card than anybody may see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer()
        cls.card = cls.make_token(cls.customer)

    def label(self, details):
        self.card.payment_details = details
        return self.card._epay_label()

    def test_the_last_four_digits_are_shown(self):
        self.assertEqual(self.label("4242"), "4242")
        self.assertEqual(self.label("•••• 4242"), "•••• 4242")

    def test_never_more_than_four_digits(self):
        for details in ("4111111111111111", CARD_NUMBER, "4111-1111-1111-1111"):
            with self.subTest(details):
                self.assertEqual(self.label(details), "•••• 1111")

    def test_digits_among_letters(self):
        self.assertEqual(self.label("DE89370400440532013000"), "DE•••• 3000")
        self.assertEqual(self.label("jo@example.com"), "jo@example.com")

    def test_a_card_without_details_shows_the_day_it_was_saved(self):
        self.assertRegex(self.label(False), r"\d{4}/\d\d/\d\d")

    def test_neither_phone_nor_clerk_nor_receipt_shows_more(self):
        self.card.payment_details = CARD_NUMBER
        session = self.register()
        visit = self.join(session, self.customer)
        deal = self.as_customer(session)
        [option] = [o for o in deal._payment_options(visit) if o["saved"]]
        self.assertEqual(option["name"], "•••• 1111")
        self.choose(session, option["key"])
        answer = self.as_clerk(self.counter).get_state()
        self.assertEqual(answer["session"]["method"]["name"], "•••• 1111")
        self.assertEqual(deal._receipt_values()["method"], "•••• 1111")
