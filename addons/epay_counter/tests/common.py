"""Builders for tests: a shop of its own in every class, and the ways through a deal.

`EpayBuilders` works with `TransactionCase` and `HttpCase` alike. Everything is made
here: nothing depends on demo data, on the database's main company or on the network.
"""

from contextlib import contextmanager

import requests
from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger

from ..exceptions import EpayRefusal
from . import companies

NO_MAIL = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
}

# Where an operation says that it is in doubt, and why.
OPERATION_LOGS = (
    "odoo.addons.epay_counter.models.epay_operation",
    "odoo.addons.epay_counter.models.epay_operation_run",
    "odoo.addons.epay_counter.models.epay_operation_recovery",
)


def http_answer(status=200, body="{}"):
    """What a provider's server sends."""
    response = requests.Response()
    response.status_code = status
    response._content = body.encode()
    return response


class EpayBuilders:
    """A store with a counter in a EUR company, its people, and a demo provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **NO_MAIL})
        cls.public = cls.env.ref("base.public_user")
        cls.company = companies.ready_company(cls.env, *companies.EUROPE)
        cls.env.user.write(
            {
                "company_ids": [Command.link(cls.company.id)],
                "company_id": cls.company.id,
            }
        )
        cls.provider = cls.make_provider()
        cls.method = cls.provider.payment_method_ids
        cls.clerk = cls.make_user("epay_test_clerk", "epay_counter.group_epay_clerk")
        cls.manager = cls.make_user(
            "epay_test_manager", "epay_counter.group_epay_manager"
        )
        cls.product = cls.make_product()
        cls.store = cls.make_store()
        cls.counter = cls.make_counter()

    # --- the shop ---

    @classmethod
    def make_company(cls, name, currency, country):
        """A further company, with a chart and a 20 % tax that prices include."""
        return companies.make_company(cls.env, name, currency, country)

    @classmethod
    def make_tax(cls, company=None, **values):
        """20 %, included in the price unless `values` say otherwise."""
        return companies.make_tax(cls.env, company or cls.company, **values)

    @classmethod
    def make_provider(cls, company=None, **values):
        """Odoo's demo provider in `company`, with manual capture and saved cards."""
        company = company or cls.company
        origin = cls.env.ref("payment.payment_provider_demo")
        method = cls.env.ref("payment_demo.payment_method_demo")
        provider = origin.copy({"company_id": company.id})
        provider.write(
            {
                "state": "test",
                "is_published": True,
                "allow_tokenization": True,
                "payment_method_ids": [Command.set(method.ids)],
                "capture_manually": True,
                **values,
            }
        )
        provider.journal_id = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
        method.active = True
        return provider

    @classmethod
    def make_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            tz="Europe/Berlin",
            context=NO_MAIL,
        )

    @classmethod
    def make_product(cls, company=None, **values):
        """A product whose tax is included in the price."""
        company = company or cls.company
        return cls.env["product.product"].create(
            {
                "name": "Counter sale",
                "type": "service",
                "company_id": company.id,
                "invoice_policy": "order",
                "list_price": 0.0,
                "taxes_id": [Command.set(company.account_sale_tax_id.ids)],
                **values,
            }
        )

    @classmethod
    def make_store(cls, **values):
        return cls.env["epay.store"].create(
            {
                "name": "Test Street",
                "code": "teststreet",
                "company_id": cls.company.id,
                "tz": "Europe/Berlin",
                "product_id": cls.product.id,
                "manager_ids": [Command.set(cls.manager.ids)],
                **values,
            }
        )

    @classmethod
    def make_counter(cls, **values):
        """An open counter of the clerk's."""
        return cls.env["epay.counter"].create(
            {
                "store_id": cls.store.id,
                "code": "T1",
                "name": "Bakery",
                "state": "open",
                "user_ids": [Command.set(cls.clerk.ids)],
                **values,
            }
        )

    @classmethod
    def make_japan(cls):
        """A second company in JPY (no decimals) with a store and counter of its own.

        :return: the counter; its clerk is `clerk_japan`
        """
        company = companies.ready_company(cls.env, *companies.JAPAN)
        cls.env.user.company_ids = [Command.link(company.id)]
        cls.provider_japan = cls.make_provider(company)
        cls.clerk_japan = cls.make_user(
            "epay_test_clerk_japan", "epay_counter.group_epay_clerk", company
        )
        store = cls.make_store(
            name="Test Ginza",
            code="testginza",
            company_id=company.id,
            tz="Asia/Tokyo",
            product_id=cls.make_product(company).id,
            manager_ids=[Command.clear()],
        )
        return cls.make_counter(
            store_id=store.id, user_ids=[Command.set(cls.clerk_japan.ids)]
        )

    @classmethod
    def make_customer(cls, login="epay_test_customer"):
        """A portal user's partner."""
        return cls.make_user(login, "base.group_portal").partner_id

    @classmethod
    def make_token(cls, partner, outcome="done", provider=None):
        """A saved card of the demo provider whose charge ends as `outcome`."""
        provider = provider or cls.provider
        return cls.env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[:1].id,
                "payment_details": "4242",
                "partner_id": partner.id,
                "provider_ref": "demo",
                "demo_simulated_state": outcome,
            }
        )

    # --- the clerk ---

    def as_clerk(self, record):
        """`record` as the clerk of its counter has it."""
        counter = record if record._name == "epay.counter" else record.counter_id
        return record.with_user(counter.user_ids[:1]).with_context(
            allowed_company_ids=counter.company_id.ids
        )

    def register(self, amount=80.78, counter=None, **arguments):
        counter = counter or self.counter
        answer = self.as_clerk(counter).register_sale(amount, **arguments)
        return self.env["epay.session"].browse(answer["session"]["id"])

    def settle(self, session):
        return self.as_clerk(session).settle()

    # --- the customer ---

    def join(self, session, partner=False, phone=None):
        """A phone joins by the one-time code; `self.phone` holds its cookie."""
        code = session.counter_id._one_time_code(session)
        return self.join_counter(session.counter_id, partner, phone, code)

    def join_counter(self, counter=None, partner=False, phone=None, code=None):
        """A phone joins the counter; without a code it waits."""
        counter = (counter or self.counter).with_user(self.public).sudo()
        visit, self.token, self.phone = counter._join(partner, phone, code)
        return visit

    def choose(self, session, key=None, condition=None):
        """The bound phone chooses the option `key`, or the first one."""
        visit = session._bound_visit()
        deal = self.as_customer(session)
        key = key or deal._payment_options(visit)[0]["key"]
        deal._choose(visit, key, condition)
        return visit

    def as_customer(self, session):
        return session.with_user(self.public).sudo()

    def attempt(self, session):
        """The phone opens the provider's form: a draft transaction."""
        visit = session._bound_visit()
        return self.as_customer(session)._prepare_attempt(visit)

    def provider_says(self, tx, state="done", **data):
        """The demo provider's message about `tx` arrives, as its public route takes it.

        With manual capture `done` means authorized.
        """
        values = {"reference": tx.reference, "simulated_state": state, **data}
        self.env["payment.transaction"].sudo()._process("demo", values)
        self.commit()

    def refund_elsewhere(self, session, amount, source=None, state="done"):
        """Somebody refunds in the provider's own dashboard; its message arrives."""
        source = source or session.live_transaction_id
        refund = source.sudo()._create_child_transaction(amount, is_refund=True)
        refund._epay_set_state(state, "")
        self.commit()
        return refund

    def capture_elsewhere(self, session, amount, void_rest=False):
        """Somebody captures in the provider's own dashboard; its messages arrive."""
        source = session.live_transaction_id.sudo()
        source._create_child_transaction(amount)._set_done()
        if void_rest:
            source._create_child_transaction(source.amount - amount)._set_canceled()
        self.commit()

    def freeze(self, moment):
        return freeze_time(moment)

    def later(self, recover=True):
        """An hour passes and the recovery job looks."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE epay_operation SET next_try = next_try - interval '1 hour',"
            " create_date = create_date - interval '1 hour'"
        )
        self.env.invalidate_all()
        if recover:
            self.env["epay.operation"]._cron_recover()
            self.commit()

    def mute(self, *loggers):
        """Nothing of these in the log, until the end of the test."""
        muted = mute_logger(*loggers)
        muted.__enter__()
        self.addCleanup(muted.__exit__, None, None, None)

    def commit(self):
        """What follows a commit (`db.after_commit`) happens now."""
        self.env.cr.flush()

    # --- ways through a deal ---

    def chosen(self, amount=80.78, counter=None, partner=False, key=None):
        """A deal whose customer has chosen."""
        session = self.register(amount, counter)
        self.join(session, partner)
        self.choose(session, key)
        return session

    def authorizing(self, amount=80.78, **arguments):
        """A deal whose authorization the clerk has requested."""
        session = self.chosen(amount, **arguments)
        self.as_clerk(session).request_authorization()
        return session

    def authorized(self, amount=80.78, **arguments):
        session = self.authorizing(amount, **arguments)
        self.provider_says(self.attempt(session))
        return session

    def settled(self, amount=80.78, **arguments):
        session = self.authorized(amount, **arguments)
        self.settle(session)
        return session

    # --- asserting ---

    @contextmanager
    def assertRefused(self, code):
        """The body is refused with this code, in words, and undone."""
        with self.assertRaises(EpayRefusal) as caught, self.env.cr.savepoint():
            yield caught
        self.assertEqual(caught.exception.context["code"], code)
        self.assertTrue(str(caught.exception).strip())

    def assertNoNone(self, value, path="answer"):
        """XML-RPC can't carry None, so no answer holds one anywhere."""
        self.assertIsNotNone(value, f"{path} is None")
        if isinstance(value, dict):
            for key, item in value.items():
                self.assertNoNone(item, f"{path}.{key}")
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value):
                self.assertNoNone(item, f"{path}[{number}]")

    def operations(self, session):
        """`(kind, state)` of the deal's operations, in their order."""
        return [(op.kind, op.state) for op in session.operation_ids.sorted("id")]

    def history(self, session):
        """The states that the deal went through."""
        return session.event_ids.sorted("id").mapped("target")


class EpayCase(EpayBuilders, TransactionCase):
    """A shop in a transaction that is rolled back."""
