from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import hmac
from odoo.tools.misc import format_date, format_time

from ..const import RECEIPT_DAYS, RECEIPT_STATES
from ..exceptions import ReceiptOver
from ..tools import codes
from ..tools.svg import qr_svg


class EpaySession(models.Model):
    """The receipt of a settled deal: its address, what it says, its mail."""

    _inherit = "epay.session"

    def _receipt_token(self):
        """The receipt's address: a keyed hash, so that it can be shown again.

        Like a one-time code it dies when the deal's generation rises.
        """
        message = (self.id, self.code_generation)
        mac = hmac(self.env(su=True), "epay.session.receipt", message)
        return codes.join_code(self.id, mac)

    def _receipt_code(self):
        """The receipt's address as a code, by which a clerk finds the deal to give its
        money back (`register_cancellation`).
        """
        base = self.counter_id._base_url()
        return qr_svg(f"{base}/epay/r/{self._receipt_token()}")

    def _find_receipt(self, token):
        """The finished deal of a receipt's address, or empty; sudo, no effects.

        :raise ReceiptOver: a long time after the sale
        """
        session_id, mac = codes.split_code(token)
        session = self.sudo().browse(session_id).exists()
        good = session and codes.same(
            codes.split_code(session._receipt_token())[1], mac
        )
        if not good or session.state not in RECEIPT_STATES:
            return session.browse()
        if session.settled_at < fields.Datetime.now() - timedelta(days=RECEIPT_DAYS):
            raise ReceiptOver(
                self.env._(
                    "Receipts are shown for a year. Ask the store for the invoice."
                )
            )
        return session

    def _receipt_values(self):
        """What the receipt shows."""
        method = self._method_values()
        return {
            "store": self.store_id.name,
            "company": self.company_id,
            "address": self.store_id.address_id,
            "counter": self.counter_id,
            "number": self.name,
            "product_ref": self.product_ref,
            "date": self.settled_at,
            "tz": self.store_id.tz,
            "amount": self.amount,
            "currency": self.currency_id,
            "description": self.description,
            "lines": self.line_ids,
            "method": method["name"] if method else "",
            "condition": method["condition"] if method else False,
            "tax": self.invoice_id.amount_tax,
            "invoice": self.invoice_id.name,
            "origin": False,
        }

    def _paid_with(self):
        """The method, or the saved card with its last digits, and its conditions."""
        method = self._method_values()
        if not method:
            return ""
        if not method["condition"]:
            return method["name"]
        return self.env._(
            "%(method)s, %(condition)s",
            method=method["name"],
            condition=method["condition"],
        )

    def _settled_text(self):
        """When it was settled, as people at the store's place read it; "" before."""
        moment, tz = self.settled_at, self.store_id.tz
        if not moment:
            return ""
        env = self.env(context={**self.env.context, "tz": tz})
        local = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(tz))
        day = format_date(env, local.date(), date_format="long")
        return f"{day}, {format_time(env, moment, tz=tz, time_format='short')}"

    def _merchant_address(self):
        """The store's address on one line."""
        partner = self.store_id.address_id
        lines = partner._display_address(without_company=True).splitlines()
        return ", ".join(line.strip() for line in lines if line.strip())

    def _send_receipt(self, email):
        """Mail the receipt, as the customer asked on the phone; sent by the mail
        queue.
        """
        self._receipt_template().sudo().send_mail(
            self.id,
            email_values={"email_to": email, "recipient_ids": []},
            force_send=False,
        )

    def _receipt_template(self):
        return self.env.ref("epay_counter.mail_template_receipt")

    def _receipt_lang(self):
        """The language of the phone that paid, which walk-in customers have not."""
        return self._paying_visit().lang or self.partner_id.lang
