from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import EpayCase

# What each group may do by the list of access rights, before any rule.
MATRIX = {
    "epay.store": {"clerk": "r", "manager": "rwc", "admin": "rwcu"},
    "epay.counter": {"clerk": "r", "manager": "rwcu", "admin": "rwcu"},
    "epay.session": {"clerk": "r", "manager": "r", "admin": "r"},
    "epay.session.line": {"clerk": "r", "manager": "r", "admin": "r"},
    "epay.session.event": {"clerk": "r", "manager": "r", "admin": "r"},
    "epay.visit": {"clerk": "r", "manager": "r", "admin": "r"},
    "epay.operation": {"clerk": "r", "manager": "r", "admin": "r"},
    "epay.day.close": {"clerk": "", "manager": "r", "admin": "r"},
    "epay.day.close.line": {"clerk": "", "manager": "r", "admin": "r"},
    "epay.condition": {"clerk": "r", "manager": "r", "admin": "rwcu"},
    "epay.sticker": {"clerk": "r", "manager": "r", "admin": "r"},
    "epay.sticker.sighting": {"clerk": "", "manager": "r", "admin": "r"},
    "epay.return.attempt": {"clerk": "", "manager": "r", "admin": "r"},
    "epay.attempt": {"clerk": "", "manager": "", "admin": "r"},
    "epay.client.key": {"clerk": "", "manager": "", "admin": "r"},
    "payment.transaction": {"clerk": "", "manager": "r", "admin": "rwcu"},
    "payment.provider": {"clerk": "", "manager": "", "admin": "rwcu"},
    "sale.order": {"clerk": "", "manager": "", "admin": ""},
    "account.move": {"clerk": "", "manager": "", "admin": ""},
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


class RightsCase(EpayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.make_user(
            "epay_test_admin", "base.group_system,epay_counter.group_epay_manager"
        )
        cls.internal = cls.make_user("epay_test_internal", "base.group_user")
        cls.portal = cls.make_user("epay_test_portal", "base.group_portal")
        cls.clerk2 = cls.make_user("epay_test_clerk2", "epay_counter.group_epay_clerk")
        cls.counter2 = cls.make_counter(
            code="T2", name="Deli", user_ids=[Command.set(cls.clerk2.ids)]
        )
        cls.manager2 = cls.make_user(
            "epay_test_manager2", "epay_counter.group_epay_manager"
        )
        cls.store2 = cls.make_store(
            name="Other Street",
            code="otherstreet",
            manager_ids=[Command.set(cls.manager2.ids)],
        )
        cls.counter3 = cls.make_counter(
            store_id=cls.store2.id, code="O1", user_ids=[Command.clear()]
        )

    def deals(self):
        """One settled deal at each of the three counters."""
        deals = self.env["epay.session"]
        for counter in (self.counter, self.counter2):
            deals |= self.settled(5, counter=counter)
        answer = self.counter3.with_user(self.manager2).register_sale(7)
        deals |= deals.browse(answer["session"]["id"])
        self.join(deals[-1])
        self.choose(deals[-1])
        deals[-1].with_user(self.manager2).request_authorization()
        self.provider_says(self.attempt(deals[-1]))
        self.env.flush_all()
        return deals


@tagged("post_install", "-at_install")
class TestAccess(RightsCase):
    def test_the_matrix_of_access_rights(self):
        users = {"clerk": self.clerk, "manager": self.manager, "admin": self.admin}
        for model, groups in MATRIX.items():
            for group, letters in groups.items():
                if model in ("sale.order", "account.move") and group != "clerk":
                    continue
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, group=group, operation=operation):
                        found = (
                            self.env[model]
                            .with_user(users[group])
                            .browse()
                            .has_access(operation)
                        )
                        self.assertEqual(found, letter in letters)

    def test_others_have_no_access_at_all(self):
        for model in MATRIX:
            if not model.startswith("epay."):
                continue
            for user in (self.internal, self.portal, self.public):
                for operation in OPERATIONS.values():
                    with self.subTest(model=model, user=user.login, do=operation):
                        records = self.env[model].with_user(user)
                        self.assertFalse(records.has_access(operation))

    def test_every_model_of_ours_is_in_the_matrix(self):
        ours = self.env["ir.model"].search(
            [("model", "=like", "epay.%"), ("transient", "=", False)]
        )
        ours = ours.filtered(lambda model: "epay_counter" in model.modules.split(", "))
        self.assertLessEqual(set(ours.mapped("model")), set(MATRIX))

    def test_all_fields_of_what_somebody_may_read_can_be_read(self):
        """A program that asks for every field is not turned away."""
        sale = self.deals()[0]
        self.as_clerk(self.counter).register_cancellation(sale.name, sale.amount)
        sticker = self.env["epay.sticker"]._print(self.counter)
        self.env["epay.sticker.sighting"].create({"sticker_id": sticker.id})
        users = {"clerk": self.clerk, "manager": self.manager, "admin": self.admin}
        for model, groups in MATRIX.items():
            for group, user in users.items():
                if not model.startswith("epay.") or "r" not in groups[group]:
                    continue
                with self.subTest(model=model, group=group):
                    rows = self.env[model].with_user(user).search_read([])
                    empty = (
                        "epay.day",
                        "epay.attempt",
                        "epay.client",
                        "epay.session.l",
                    )
                    self.assertTrue(rows or model.startswith(empty))

    def test_only_acts_change_deals_phones_and_operations(self):
        self.deals()
        for model in ("epay.session", "epay.visit", "epay.operation"):
            record = self.env[model].search([], limit=1)
            for user in (self.clerk, self.manager, self.admin):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.with_user(user).write({"state": record.state})
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.with_user(user).unlink()


@tagged("post_install", "-at_install")
class TestRules(RightsCase):
    def seen(self, model, user):
        """What `user` sees of our records."""
        return self.env[model].with_user(user).search([])

    def test_what_each_sees_of_stores_and_counters(self):
        stores = self.store | self.store2
        counters = self.counter | self.counter2 | self.counter3
        for user, store, counter in (
            (self.clerk, self.store, self.counter),
            (self.clerk2, self.store, self.counter2),
            (self.manager, self.store, self.counter | self.counter2),
            (self.manager2, self.store2, self.counter3),
            (self.admin, stores, counters),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self.seen("epay.store", user) & stores, store)
                self.assertEqual(self.seen("epay.counter", user) & counters, counter)
                if user != self.admin:
                    self.assertEqual(self.seen("epay.store", user), store)

    def test_what_each_sees_of_the_deals(self):
        first, second, third = self.deals()
        for user, deals in (
            (self.clerk, first),
            (self.clerk2, second),
            (self.manager, first | second),
            (self.manager2, third),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self.seen("epay.session", user), deals)
                for model in ("epay.session.event", "epay.operation", "epay.visit"):
                    found = self.seen(model, user)
                    self.assertEqual(found.sudo().session_id, deals, model)
        self.assertLessEqual(
            first | second | third, self.seen("epay.session", self.admin)
        )

    def test_lines_are_seen_with_their_deal(self):
        line = {"name": "Tea", "quantity": 1, "price_unit": 5}
        session = self.register(5, lines=[line])
        self.assertEqual(self.seen("epay.session.line", self.clerk), session.line_ids)
        self.assertFalse(self.seen("epay.session.line", self.clerk2))
        self.assertFalse(self.seen("epay.session.line", self.manager2))

    def test_companies_are_apart(self):
        japan = self.make_japan()
        session = self.settled(1200, counter=japan)
        for user in (self.clerk, self.manager):
            for record in (japan.store_id, japan, session, session.operation_ids):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])
        # Even of a store that one manages, while the company is not one's own.
        japan.store_id.manager_ids = self.manager
        self.assertNotIn(japan, self.seen("epay.counter", self.manager))
        self.manager.company_ids = [Command.link(japan.company_id.id)]
        counters = self.env["epay.counter"].with_user(self.manager)
        here = counters.with_context(allowed_company_ids=self.company.ids)
        self.assertNotIn(japan, here.search([]))
        both = counters.with_context(allowed_company_ids=self.manager.company_ids.ids)
        self.assertIn(japan, both.search([]))

    def test_what_is_no_id_is_nobodys(self):
        """RPC takes anything in place of an id."""
        for record in (self.counter, self.settled()):
            own = record.with_user(self.clerk)
            for number in (0, None, True, "1", {"a": 1}, [1]):
                act = own.browse([number])
                act = getattr(act, "cancel", None) or act.get_state
                with (
                    self.subTest(number=number),
                    self.assertRefused("not_your_counter"),
                ):
                    act()

    def test_a_former_clerk_sees_nothing(self):
        session = self.register()
        self.counter.user_ids = self.clerk2
        with self.assertRaises(AccessError):
            session.with_user(self.clerk).read(["state"])
        with self.assertRefused("not_your_counter"):
            self.counter.with_user(self.clerk).get_state()


@tagged("post_install", "-at_install")
class TestHidden(RightsCase):
    def test_secrets_are_read_by_nobody_at_the_counter(self):
        session = self.settled()
        visit = session.visit_ids
        operation = session.operation_ids[:1]
        for user in (self.clerk, self.manager):
            for record, names in (
                (visit, ("token_hash", "phone_hash", "nonce")),
                (operation, ("idempotency_key", "answer")),
            ):
                for name in names:
                    with self.subTest(user=user.login, field=name):
                        with self.assertRaises(AccessError):
                            record.with_user(user).read([name])
                        self.assertNotIn(
                            name, record.with_user(user).fields_get(attributes=[])
                        )
                        with self.assertRaises(AccessError):
                            record.with_user(user).search([(name, "!=", False)])

    def test_no_answer_shows_a_secret(self):
        session = self.register()
        visit = self.join(session)
        told = str(self.as_clerk(self.counter).get_state())
        for secret in (
            self.token,
            self.phone,
            visit.token_hash,
            visit.phone_hash,
            visit.nonce,
        ):
            self.assertNotIn(secret, told)


@tagged("post_install", "-at_install")
class TestTransactions(RightsCase):
    def setUp(self):
        super().setUp()
        self.first, self.second, self.third = self.deals()
        self.foreign = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": 10,
                "currency_id": self.company.currency_id.id,
                "reference": "Not a deal",
                "partner_id": self.clerk.partner_id.id,
            }
        )

    def seen(self, user):
        return self.env["payment.transaction"].with_user(user).search([])

    def test_a_manager_sees_those_of_the_own_deals_only(self):
        own = (self.first | self.second).transaction_ids
        self.assertEqual(self.seen(self.manager), own)
        self.assertEqual(self.seen(self.manager2), self.third.transaction_ids)
        for record in (self.foreign, self.third.transaction_ids[:1]):
            with self.assertRaises(AccessError):
                record.with_user(self.manager).read(["state"])

    def test_a_manager_changes_nothing(self):
        transaction = self.first.transaction_ids[:1].with_user(self.manager)
        with self.assertRaises(AccessError):
            transaction.write({"state": "cancel"})

    def test_a_clerk_sees_none(self):
        with self.assertRaises(AccessError):
            self.seen(self.clerk)

    def test_accounting_sees_all_as_before(self):
        for groups in (
            "account.group_account_invoice",
            "account.group_account_invoice,epay_counter.group_epay_manager",
        ):
            user = self.make_user(f"epay_test_{len(groups)}", groups)
            everything = self.foreign | self.first.transaction_ids
            self.assertLessEqual(everything, self.seen(user))
            self.assertTrue(self.foreign.with_user(user).has_access("write"))

    def test_the_administrator_sees_all(self):
        self.assertIn(self.foreign, self.seen(self.admin))


@tagged("post_install", "-at_install")
class TestForms(RightsCase):
    """Whoever may read a record can open its form."""

    def test_store_and_counter(self):
        self.store.provider_ids = self.provider
        for user in (self.clerk, self.manager, self.admin):
            for record in (self.store, self.counter):
                with self.subTest(user=user.login, model=record._name):
                    self.env.invalidate_all()
                    Form(record.with_user(user))

    def test_deals(self):
        session = self.settled(5)
        # `Form` also loads the forms behind the rows, which the web client doesn't.
        self.manager.group_ids += self.env.ref("sales_team.group_sale_salesman")
        for user in (self.clerk, self.manager):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                Form(session.with_user(user))

    def test_a_manager_sets_up_a_store_and_a_counter(self):
        store = self.env["epay.store"].with_user(self.manager)
        store = store.create(
            {
                "name": "New Street",
                "code": "newstreet",
                "product_id": self.product.id,
                "manager_ids": [Command.set(self.manager.ids)],
            }
        )
        self.assertTrue(store.walk_in_partner_id)
        counter = self.env["epay.counter"].with_user(self.manager)
        counter = counter.create(
            {
                "store_id": store.id,
                "code": "N1",
                "name": "Till",
                "user_ids": [Command.set(self.clerk.ids)],
            }
        )
        answer = counter.open_counter()
        self.assertEqual(answer["counter"]["state"], "open")
        answer = counter.with_user(self.clerk).register_sale(5)
        self.assertEqual(answer["session"]["name"], "NEWSTREET000001")

    def test_a_manager_does_not_take_over_another_store(self):
        for values in ({"name": "Mine"}, {"manager_ids": [(4, self.manager.id)]}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.store2.with_user(self.manager).write(values)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["epay.counter"].with_user(self.manager).create(
                {"store_id": self.store2.id, "code": "X1", "name": "Mine"}
            )
