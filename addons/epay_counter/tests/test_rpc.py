import json
from datetime import datetime, timedelta
from xmlrpc.client import Fault

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import EpayBuilders


class RpcCase(EpayBuilders, HttpCase):
    """The three ways in which integrators call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.password = "epay_test_clerk"
        cls.api_key = (
            cls.env["res.users.apikeys"]
            .with_user(cls.clerk)
            .sudo()
            ._generate(None, "test", datetime.now() + timedelta(days=1))
        )

    def jsonrpc(self, record, method, *args, **kwargs):
        """The result, or the error as the web client gets it."""
        payload = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": {
                "model": record._name,
                "method": method,
                "args": [record.ids, *args],
                "kwargs": kwargs,
            },
        }
        url = f"/web/dataset/call_kw/{record._name}/{method}"
        response = self.url_open(url, json=payload).json()
        return response.get("result") or response["error"]

    def json2(self, record, method, **arguments):
        """Status and body of a call with an API key."""
        if record.ids:
            arguments["ids"] = record.ids
        response = self.url_open(
            f"/json/2/{record._name}/{method}",
            data=json.dumps(arguments),
            headers={
                "Authorization": f"Bearer {self.api_key}",
                "Content-Type": "application/json",
            },
        )
        return response.status_code, response.json()

    def xmlrpc(self, record, method, *args, **kwargs):
        return self.xmlrpc_object.execute_kw(
            self.env.cr.dbname,
            self.clerk.id,
            self.password,
            record._name,
            method,
            [record.ids, *args],
            kwargs,
        )


@tagged("post_install", "-at_install")
class TestRpc(RpcCase):
    """The clerk's calls as integrators make them: JSON-RPC, `/json/2`, XML-RPC."""

    # --- refusals ---

    @mute_logger("odoo.http")
    def test_json_rpc_shows_the_code_and_what_to_do_next(self):
        self.authenticate(self.clerk.login, self.password)
        error = self.jsonrpc(self.counter, "register_sale", 0)
        self.assertEqual(error["data"]["context"], {"code": "bad_amount"})
        self.assertEqual(error["data"]["message"], "Enter an amount above zero.")

    @mute_logger("odoo.http")
    def test_json_2_shows_the_code_and_what_to_do_next(self):
        status, error = self.json2(self.counter, "register_sale", amount=0)
        self.assertEqual(status, 422)
        self.assertEqual(error["context"], {"code": "bad_amount"})
        self.assertEqual(error["message"], "Enter an amount above zero.")

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http")
    def test_xml_rpc_shows_what_to_do_next(self):
        with self.assertRaises(Fault) as caught:
            self.xmlrpc(self.counter, "register_sale", "abc")
        self.assertIn("not an amount", caught.exception.faultString)

    @mute_logger("odoo.http")
    def test_strangers_are_refused_on_every_way(self):
        self.counter.user_ids = self.manager
        self.authenticate(self.clerk.login, self.password)
        error = self.jsonrpc(self.counter, "get_state")
        self.assertEqual(error["data"]["context"], {"code": "not_your_counter"})
        _status, error = self.json2(self.counter, "get_state")
        self.assertEqual(error["context"], {"code": "not_your_counter"})

    @mute_logger("odoo.http")
    def test_a_call_without_a_login_is_odoos_own_refusal(self):
        self.authenticate(None, None)
        error = self.jsonrpc(self.counter, "get_state")
        self.assertIn("SessionExpired", error["data"]["name"])

    # --- acting ---

    def test_a_deal_by_json_rpc(self):
        self.authenticate(self.clerk.login, self.password)
        answer = self.jsonrpc(self.counter, "register_sale", "80.78", "Two lamps")
        self.assertEqual(answer["session"]["state"], "open")
        session = self.env["epay.session"].browse(answer["session"]["id"])
        self.join(session)
        self.choose(session)
        answer = self.jsonrpc(session, "request_authorization")
        self.assertEqual(answer["session"]["state"], "authorizing")
        self.provider_says(self.attempt(session))
        answer = self.jsonrpc(session, "settle")
        self.assertEqual(answer["session"]["state"], "settled")
        self.assertNoNone(answer)

    def test_a_deal_by_json_2(self):
        _status, answer = self.json2(
            self.counter,
            "register_sale",
            amount=10,
            lines=[{"name": "Tea", "quantity": 2, "price_unit": 5}],
        )
        self.assertEqual(answer["session"]["amount"], 10)
        session = self.env["epay.session"].browse(answer["session"]["id"])
        status, answer = self.json2(session, "cancel", reason="changed her mind")
        self.assertEqual((status, answer["session"]["state"]), (200, "cancelled"))

    def test_answers_go_through_xml_rpc(self):
        state = self.xmlrpc(self.counter, "get_state")
        self.assertIs(state["session"], False)
        answer = self.xmlrpc(self.counter, "register_sale", "10.00")
        session = self.env["epay.session"].browse(answer["session"]["id"])
        self.join(session)
        self.choose(session)
        self.xmlrpc(session, "request_authorization")
        self.provider_says(self.attempt(session))
        answer = self.xmlrpc(session, "settle")
        self.assertEqual(answer["session"]["state"], "settled")
        self.xmlrpc(self.counter, "get_day")
        self.xmlrpc(self.counter, "focus", session.id)
        self.assertFalse(self.xmlrpc(self.counter, "next")["session"])

    # --- client_key ---

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.xmlrpc")
    def test_client_key_on_every_way(self):
        self.authenticate(self.clerk.login, self.password)
        key = "2b4b0a6e-8c9b-4d6f-9f57-1f6f0a5d1c11"
        first = self.jsonrpc(self.counter, "register_sale", 10, client_key=key)
        deal = first["session"]["id"]
        again = self.jsonrpc(self.counter, "register_sale", 10, client_key=key)
        self.assertEqual(again["session"]["id"], deal)
        status, again = self.json2(
            self.counter, "register_sale", amount=10, client_key=key
        )
        self.assertEqual((status, again["session"]["id"]), (200, deal))
        again = self.xmlrpc(self.counter, "register_sale", 10, client_key=key)
        self.assertEqual(again["session"]["id"], deal)
        error = self.jsonrpc(self.counter, "register_sale", 11, client_key=key)
        self.assertEqual(error["data"]["context"], {"code": "key_reused"})
        status, error = self.json2(
            self.counter, "register_sale", amount=11, client_key=key
        )
        self.assertEqual((status, error["context"]), (422, {"code": "key_reused"}))
        with self.assertRaises(Fault):
            self.xmlrpc(self.counter, "register_sale", 11, client_key=key)
        self.assertEqual(len(self.counter.session_ids), 1)

    @mute_logger("odoo.http")
    def test_json_2_refuses_arguments_that_nobody_knows(self):
        status, _body = self.json2(self.counter, "next", colour="red")
        self.assertEqual(status, 422)

    @mute_logger("odoo.http")
    def test_private_methods_can_not_be_called(self):
        self.authenticate(self.clerk.login, self.password)
        session = self.register()
        for method in ("_transition", "_book", "_write_machine", "_choose", "_drop"):
            error = self.jsonrpc(session, method, "settled")
            self.assertIn("data", error)
            status, _body = self.json2(session, method)
            self.assertGreaterEqual(status, 400)
        self.assertEqual(session.state, "open")
