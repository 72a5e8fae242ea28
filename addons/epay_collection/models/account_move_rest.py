from odoo import fields, models


class AccountMove(models.Model):
    """What is left to be paid of invoices, by money that the books have, and by money
    that they don't have yet.
    """

    _inherit = "account.move"

    def _epay_rest(self):
        """What is unpaid of these invoices, in their currency, without what is on its
        way by Odoo's own pages; zero of one that is not posted.
        """
        # Not filtered: each line of a list would be read by itself.
        moves = self.sudo()
        left, _spare = moves._epay_left()
        rest = sum(left[move] for move in moves if move.state == "posted")
        return moves.currency_id[:1].round(rest) if moves else 0.0

    def _epay_left(self):
        """What is left of each, and of the money that was paid online for them; sudo.

        Payments without an entry count: with Odoo's accounting they stay so until the
        bank statement has them. One that is for several invoices pays them one after
        the other, and none of them more than once.

        :return: ({invoice: amount, of credit notes below zero}, {transaction: what of
            its money none of its invoices needs}), each in its own currency
        """
        moves = self._epay_paid_together()
        left = {move: move._epay_open_amount() for move in moves}
        payments = moves.matched_payment_ids._epay_lacking_entry()
        for payment in payments.sorted(lambda one: (len(one.invoice_ids), one.id)):
            payment.invoice_ids._epay_take(
                left, payment._epay_amount(), payment.currency_id, payment.date
            )
        spare = {}
        for tx in moves.transaction_ids._epay_online():
            spare[tx] = tx.invoice_ids._epay_take(
                left, tx._epay_open_money(), tx.currency_id, fields.Date.today()
            )
        return left, spare

    def _epay_paid_together(self):
        """These, and all that money is for which the books don't have yet and which is
        for some of these, too.
        """
        moves = self
        while True:
            payments = moves.matched_payment_ids._epay_lacking_entry()
            online = moves.transaction_ids._epay_online()
            others = (payments.invoice_ids | online.invoice_ids) - moves
            more = others.filtered(lambda move: move.is_sale_document(True))
            if not more:
                return moves
            moves |= more

    def _epay_open_amount(self):
        """What is unpaid by the books; of a draft invoice everything."""
        if self.state == "posted":
            is_credit = self.move_type == "out_refund"
            return -self.amount_residual if is_credit else self.amount_residual
        is_bill = self.state == "draft" and self.move_type == "out_invoice"
        return self.amount_total if is_bill else 0.0

    def _epay_take(self, left, amount, currency, date):
        """Pay these with money that the books don't have yet, the oldest first. What
        goes the other way (credit notes, of money that came in) is set off before.

        :param dict left: what is left of each; is brought up to date
        :param float amount: below zero for money that goes out
        :param currency: of the amount
        :param date: whose rates count
        :return: what none of them needs
        """
        moves = self.filtered(lambda move: move in left)
        paid = moves.filtered(lambda move: left[move] * amount > 0)
        if not paid:
            return amount
        for move in (moves - paid)._epay_oldest_first() + paid._epay_oldest_first():
            its, company = move.currency_id, move.company_id
            taken = left[move]
            if move in paid:
                fitting = currency._convert(amount, its, company, date)
                taken = min(taken, fitting, key=abs)
            left[move] = its.round(left[move] - taken)
            amount -= its._convert(taken, currency, company, date)
        return currency.round(amount)

    def _epay_oldest_first(self):
        return self.sorted(lambda move: (move.invoice_date_due or move.date, move.id))
