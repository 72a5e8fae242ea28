from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import StandinCommon


@tagged("post_install", "-at_install")
class TestBooks(StandinCommon, AccountTestInvoicingCommon):
    """The providers made for tests can be booked on, in a real chart of accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enable_post_process_patcher = False

    def test_payments_are_posted_on_the_journal(self):
        for name in ("First", "Second"):
            provider = self._make(name=name, manual=False)
            self.assertEqual(provider.journal_id.type, "bank")
            tx = self._charged(provider=provider, reference=name)
            tx._post_process()
            self.assertIn(tx.payment_id.state, ("in_process", "paid"))
            self.assertEqual(tx.payment_id.journal_id, provider.journal_id)
            self.assertTrue(tx.payment_id.outstanding_account_id)
