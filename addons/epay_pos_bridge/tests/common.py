"""Builders for tests: goods with barcodes in the shop of `epay_counter`'s tests."""

from uuid import uuid4

from odoo import Command

from odoo.addons.epay_counter.tests.common import EpayBuilders, EpayCase

# Real check digits; nobody's goods.
BREAD = "4006381333931"
COFFEE = "4012345678901"
HONEY = "5901234123457"
CRATE = "9780201379624"
# The base code of a label, and labels with 0.53 kg, and with 7.45 to pay.
APPLES = "2112345000008"
APPLES_53 = "2112345005300"
CHEESE = "2312345000002"
CHEESE_745 = "2312345007452"


class BridgeBuilders(EpayBuilders):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.bread = cls.make_goods("Country bread", BREAD, 4.20)
        cls.coffee = cls.make_goods("Coffee beans", COFFEE, 11.90)
        cls.pieces = cls.env.ref("uom.product_uom_unit")
        cls.kilos = cls.env.ref("uom.product_uom_kgm")

    # --- goods ---

    @classmethod
    def make_goods(cls, name, barcode, price, **values):
        """Goods of the company whose price includes 20 % tax."""
        return cls.make_product(
            name=name,
            barcode=barcode,
            list_price=price,
            type="consu",
            **values,
        )

    @classmethod
    def make_pack(cls, product, barcode, unit="uom.product_uom_pack_6"):
        """A packaging of `product` with a code of its own."""
        return cls.env["product.uom"].create(
            {
                "product_id": product.id,
                "uom_id": cls.env.ref(unit).id,
                "barcode": barcode,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def make_pricelist(cls, *rules, **values):
        """A price list of the company, of `rules` (values of its items)."""
        return cls.env["product.pricelist"].create(
            {
                "name": "Counter prices",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [Command.create(rule) for rule in rules],
                **values,
            }
        )

    @classmethod
    def make_nomenclature(cls, *rules):
        """Rules as `(type, pattern, encoding)`, before the one that takes all."""
        nomenclature = cls.env["barcode.nomenclature"].create(
            {
                "name": "Test labels",
                "rule_ids": [
                    Command.create(
                        {
                            "name": f"{kind} {pattern}",
                            "type": kind,
                            "pattern": pattern,
                            "encoding": encoding,
                            "sequence": number,
                        }
                    )
                    for number, (kind, pattern, encoding) in enumerate(
                        [*rules, ("product", ".*", "any")]
                    )
                ],
            }
        )
        cls.store.barcode_nomenclature_id = nomenclature
        return nomenclature

    @classmethod
    def use_labels(cls):
        """Labels of a scale: weights, prices, discounts."""
        return cls.make_nomenclature(
            ("weight", "21.....{NNDDD}", "ean13"),
            ("price", "23.....{NNNDD}", "ean13"),
            ("discount", "22{NN}", "any"),
        )

    # --- the clerk ---

    def scan(self, barcode, quantity=1, counter=None):
        """The clerk scans; the session of the answer."""
        counter = self.as_clerk(counter or self.counter)
        return counter.scan(barcode, quantity)["session"]

    def scan_all(self, *barcodes):
        for barcode in barcodes:
            answer = self.scan(barcode)
        return self.cart(), answer

    def cart(self):
        return self.counter._held_session()

    def scans(self, *barcodes):
        """As the app sends them: each with a key of its own."""
        return [
            {"key": str(uuid4()), "barcode": barcode, "quantity": 1}
            for barcode in barcodes
        ]

    def rows(self, session=None):
        """(name, quantity, subtotal) of the basket's lines."""
        lines = (session or self.cart()).line_ids
        return [(line.name, line.quantity, line.subtotal) for line in lines]

    def published(self, *barcodes):
        """A basket that was shown to the customer."""
        session, _answer = self.scan_all(*barcodes)
        self.as_clerk(self.counter).publish()
        return session

    def settled_basket(self, *barcodes):
        session = self.published(*barcodes)
        return self.pay(session)

    def pay(self, session):
        """Joined, chosen, authorized, settled."""
        if not session._bound_visit():
            self.join(session)
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session))
        self.settle(session)
        return session


class BridgeCase(BridgeBuilders, EpayCase):
    """A shop with goods, in a transaction that is rolled back."""
