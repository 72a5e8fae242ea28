from odoo import Command
from odoo.tests import tagged

from .common import NO_MAIL, EpayCase


@tagged("post_install", "-at_install")
class TestQuietBooks(EpayCase):
    """Booking a sale writes to nobody; the clerk was there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As a server works, not as most tests do.
        cls.env = cls.env(context=dict.fromkeys(NO_MAIL, False))
        cls.clerk.write({"notification_type": "email", "email": "clerk@example.com"})
        cls.counter = cls.counter.with_env(cls.env)

    def mails_of(self, user):
        """What was sent to this user, by mail or in Odoo's inbox."""
        partner = user.partner_id
        told = self.env["mail.notification"].search(
            [("res_partner_id", "=", partner.id)]
        )
        mails = self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)])
        return told.mail_message_id.mapped("subject") + mails.mapped("subject")

    def test_the_clerk_gets_no_mail_of_a_sale(self):
        session = self.settled(5)
        self.assertEqual(session.sale_order_id.user_id, self.clerk)
        self.assertEqual(session.invoice_id.invoice_user_id, self.clerk)
        self.assertEqual(self.mails_of(self.clerk), [])

    def test_an_order_made_by_hand_still_tells_its_seller(self):
        partner = self.store.walk_in_partner_id
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "user_id": self.clerk.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        self.assertTrue(order)
        self.assertTrue(self.mails_of(self.clerk))
