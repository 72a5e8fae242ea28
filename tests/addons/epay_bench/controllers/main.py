from odoo.http import Controller, request, route

from odoo.addons.payment import utils as payment_utils


class EpayBench(Controller):
    """Routes that do as little as a route in Odoo can do. No effects on any record."""

    @route(
        "/epay_bench/empty",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def epay_bench_empty(self):
        """Nothing: what a public route costs before it does anything."""
        return ""

    @route(
        "/epay_bench/notify", type="http", auth="public", methods=["POST"], csrf=False
    )
    def epay_bench_notify(self, channel):
        """One message on Odoo's bus: what telling another screen costs at least."""
        request.env["bus.bus"]._sendone(channel, "epay_bench", {})
        return ""

    @route("/epay_bench/payment", type="http", auth="user", methods=["GET"])
    def epay_bench_payment(self, amount):
        """The address of Odoo's own payment page for somebody without saved cards."""
        partner = request.env.ref("base.partner_admin")
        currency = request.env.ref("epay_demo.company_main").currency_id
        values = (partner.id, float(amount), currency.id)
        token = payment_utils.generate_access_token(*values)
        return (
            f"/payment/pay?amount={values[1]}&partner_id={partner.id}"
            f"&currency_id={currency.id}&access_token={token}"
        )
