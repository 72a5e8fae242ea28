from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .return_common import ReturnBuilders, ReturnCase
from .test_rpc import RpcCase


@tagged("post_install", "-at_install")
class TestReturnRights(ReturnCase):
    """Who may take a return, and see it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk2 = cls.make_user("epay_test_clerk2", "epay_counter.group_epay_clerk")
        cls.counter2 = cls.make_counter(
            code="T2", user_ids=[Command.set(cls.clerk2.ids)]
        )
        cls.manager2 = cls.make_user(
            "epay_test_manager2", "epay_counter.group_epay_manager"
        )
        cls.internal = cls.make_user("epay_test_internal", "base.group_user")
        cls.portal = cls.make_user("epay_test_portal", "base.group_portal")

    def strangers(self):
        return self.clerk2 | self.manager2 | self.internal | self.portal | self.public

    def test_only_clerks_of_the_counter_register_a_return(self):
        sale = self.settled(80.78)
        for user in self.strangers():
            counter = self.counter.with_user(user)
            with self.subTest(user=user.login), self.assertRefused("not_your_counter"):
                counter.register_cancellation(sale.name, 80.78)
        self.assertFalse(self.env["epay.return.attempt"].search([]))

    def test_only_clerks_of_the_counter_act_on_it(self):
        back = self.cancellable(self.settled(80.78))
        for user in self.strangers():
            mine = back.with_user(user)
            for act in (
                mine.inquire,
                mine.execute_cancellation,
                mine.choose_part,
                mine.cancel,
                lambda mine=mine: mine.waive_consent("Why not"),
                lambda mine=mine: mine.record_refund("Why not"),
            ):
                with self.assertRefused("not_your_counter"):
                    act()
        self.assertEqual(back.state, "cancellable")

    def test_a_clerk_sees_returns_of_the_own_counter_only(self):
        sale = self.settled(80.78)
        own = self.find(sale, refund_amount=1)
        other = self.find(sale, counter=self.counter2, refund_amount=1)
        sessions = self.env["epay.session"].with_user(self.clerk)
        found = sessions.search([("kind", "=", "cancellation")])
        self.assertIn(own, found)
        self.assertNotIn(other, found)

    def test_money_fields_are_the_machines(self):
        back = self.find(self.settled(80.78))
        for user in (self.clerk, self.manager, self.env.ref("base.user_admin")):
            for values in (
                {"return_way": "refund"},
                {"consent_waived": True},
                {"origin_id": False},
                {"refund_reserved": 0},
            ):
                with self.assertRaises(AccessError):
                    back.with_user(user).write(values)

    def test_the_history_of_searches_is_the_managers(self):
        sale = self.settled(80.78)
        self.find(sale)
        attempts = self.env["epay.return.attempt"]
        self.assertTrue(attempts.with_user(self.manager).search([]))
        self.assertFalse(attempts.with_user(self.manager2).search([]))
        for user in (self.clerk, self.internal, self.portal, self.public):
            with self.assertRaises(AccessError):
                attempts.with_user(user).search([])


@tagged("post_install", "-at_install")
class TestReturnRpc(ReturnBuilders, RpcCase):
    """A return as integrators make it."""

    def test_a_return_by_json_2(self):
        sale = self.settled(80.78)
        arguments = {"number": sale.name, "amount": "80.78", "client_key": "uuid-1"}
        for _time in range(2):
            status, answer = self.json2(
                self.counter, "register_cancellation", **arguments
            )
            self.assertEqual(status, 200)
        back = self.env["epay.session"].browse(answer["session"]["id"])
        self.assertEqual(sale.return_ids, back)
        self.join(back)
        self.consent(back)
        for verb in ("inquire", "execute_cancellation"):
            status, answer = self.json2(back, verb)
            self.assertEqual(status, 200)
        self.assertEqual(answer["session"]["state"], "reversed")

    def test_a_return_by_xml_rpc(self):
        """No None anywhere, in any state."""
        sale = self.settled(80.78)
        answer = self.xmlrpc(
            self.counter, "register_cancellation", sale.name, "80.78", False, "10"
        )
        back = self.env["epay.session"].browse(answer["session"]["id"])
        self.assertEqual(answer["session"]["amount"], 10)
        self.join(back)
        self.consent(back)
        self.xmlrpc(back, "inquire")
        answer = self.xmlrpc(back, "execute_cancellation")
        self.assertEqual(answer["session"]["state"], "reversed")

    @mute_logger("odoo.http")
    def test_refusals_have_their_codes(self):
        sale = self.settled(80.78)
        self.authenticate(self.clerk.login, self.password)
        error = self.jsonrpc(self.counter, "register_cancellation", sale.name, 1)
        self.assertEqual(error["data"]["context"], {"code": "no_match"})
        status, error = self.json2(
            self.counter, "register_cancellation", number=sale.name, amount=1
        )
        self.assertEqual((status, error["context"]["code"]), (422, "no_match"))

    @mute_logger("odoo.http")
    def test_the_private_half_of_the_act_can_not_be_called(self):
        """It would not count the attempts."""
        sale = self.settled(80.78)
        self.authenticate(self.clerk.login, self.password)
        error = self.jsonrpc(self.counter, "_register_return", sale.name, 80.78)
        self.assertIn("error", str(error).lower())
        self.assertFalse(sale.return_ids)
