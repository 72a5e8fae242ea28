from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from ..const import FINAL_STATES
from .return_common import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnOffice(ReturnCase):
    """Returns in the back office's list, form and filters."""

    def manages(self, model, **context):
        """A model as the store's manager has it."""
        companies = self.company.ids
        model = self.env[model].with_user(self.manager)
        return model.with_context(allowed_company_ids=companies, **context)

    def arch(self, kind):
        views = self.manages("epay.session").get_views([(False, kind)])
        return etree.fromstring(views["views"][kind]["arch"])

    def filtered(self, name):
        """The deals that a filter of the search leaves."""
        [node] = self.arch("search").xpath(f"//filter[@name='{name}']")
        domain = safe_eval(node.get("domain"))
        return self.manages("epay.session").search(domain), domain

    def rejected(self):
        back = self.consented(self.settled(80.78))
        back._lock()
        back._transition("inquiring")
        back._transition("rejected", "Not from here", may_be_recorded=True)
        back._write_machine({"holds_counter": False})
        return back

    def test_what_is_finished_is_not_open(self):
        sale = self.settled(80.78)
        back = self.reversed(sale, refund_amount=30)
        refused = self.engaged(sale, refund_amount=10)
        self.refuse(refused)
        rejected = self.rejected()
        alive = self.find(sale)
        found, [(_field, _operator, states)] = self.filtered("live")
        self.assertEqual(tuple(states), FINAL_STATES, "as the index has them")
        self.assertIn(alive, found)
        for finished in (sale, back, refused, rejected):
            self.assertNotIn(finished, found, finished.state)

    def test_returns_are_told_from_sales(self):
        sale = self.settled(80.78)
        back = self.find(sale)
        found, _domain = self.filtered("returns")
        self.assertIn(back, found)
        self.assertNotIn(sale, found)
        names = self.arch("list").xpath("//field/@name")
        self.assertIn("kind", names)
        self.assertIn("return_state", names)

    def test_the_bar_of_a_return_names_the_steps_of_a_return(self):
        bars = self.arch("form").xpath("//field[@widget='statusbar']")
        steps = {
            bar.get("invisible"): bar.get("statusbar_visible").split(",")
            for bar in bars
        }
        self.assertNotIn("settled", steps["kind != 'cancellation'"])
        self.assertIn("reversed", steps["kind != 'cancellation'"])
        self.assertNotIn("reversed", steps["kind == 'cancellation'"])

    def test_the_deals_own_number_stands_first(self):
        tree = self.arch("form")
        fields = tree.xpath("//sheet//field/@name")
        self.assertLess(fields.index("amount"), fields.index("origin_id"))
        self.assertLess(fields.index("amount"), fields.index("return_ids"))

    def test_a_manager_records_later_what_was_given_back_elsewhere(self):
        back = self.rejected()
        form = Form(self.manages("epay.return.record", default_session_id=back.id))
        self.assertEqual((form.origin_id, form.amount), (back.origin_id, 80.78))
        form.reason = "Refund 4711"
        form.save().action_confirm()
        self.assertEqual(back.state, "reversed")
        self.assertEqual(back.origin_id.return_state, "full")
        self.assertIn("Refund 4711", back.event_ids.mapped("why"))

    def test_a_clerk_does_not(self):
        back = self.rejected()
        with self.assertRaises(AccessError):
            self.env["epay.return.record"].with_user(self.clerk).create(
                {"session_id": back.id, "reason": "Refund 4711"}
            )
        self.assertEqual(back.state, "rejected")
