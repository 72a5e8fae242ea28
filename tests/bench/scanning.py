"""From a scan to its line: among a million products and 200 rules of a price list."""

import random
import time
from uuid import uuid4

from .report import Line, at_most
from .stats import median, percentile

PRODUCTS = 1_000_000
RULES = 200
# A basket of that many, then the next customer.
BASKET = 20
_OWN = ("product_tmpl_id", "barcode", "combination_indices")
_INDEX = "product_product__barcode_index"
# One product again and again, each with a code of its own (thirteen digits, which no
# article number of the demo shop has).
_FILL = """
WITH made AS (
    INSERT INTO product_template ({template})
    SELECT {template_values} FROM product_template b, generate_series(1, %s)
     WHERE b.id = %s RETURNING id
)
INSERT INTO product_product ({product}, product_tmpl_id, barcode)
SELECT {product_values}, made.id, '9' || lpad(made.id::text, 12, '0')
  FROM product_product b, made WHERE b.id = %s
"""


class Scanning:
    """A clerk with a scanner; each round is a basket."""

    def __init__(self, world):
        self.shop = world.shop
        self.random = random.Random(7)
        self.seconds = []
        self.plan = ""
        self.desk = None
        self.codes = []

    # --- the goods ----------------------------------------------------------------

    def prepare(self):
        pricelist = self._pricelist(self._fill())
        self.desk = self.shop.desk(pricelist_id=pricelist)
        self.plan = self._explain()
        self.round()
        self.seconds.clear()

    def _fill(self):
        """Make the products; returns the id of the one that they are copies of."""
        sql = self.shop.sql
        [product] = self.shop.admin.call(
            "product.product",
            "create",
            [{"name": "Goods", "type": "consu", "list_price": 1.23}],
        )
        template = sql.value(
            "SELECT product_tmpl_id FROM product_product WHERE id = %s", product
        )
        query = _FILL.format(
            **self._columns("template", "product_template", ()),
            **self._columns("product", "product_product", _OWN),
        )
        sql.run(query, PRODUCTS, template, product)
        sql.run("ANALYZE product_product")
        sql.run("ANALYZE product_template")
        self.codes = sql.values(
            "SELECT barcode FROM product_product WHERE barcode LIKE '90%%'"
            " ORDER BY id LIMIT 100000"
        )
        return product

    def _columns(self, name, table, own):
        found = self.shop.sql.values(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> ALL(%s)",
            table,
            ["id", *own],
        )
        return {
            name: ", ".join(found),
            f"{name}_values": ", ".join(f"b.{column}" for column in found),
        }

    def _pricelist(self, product):
        """Rules for single products, for quantities, and one for all."""
        templates = self.shop.sql.values(
            "SELECT product_tmpl_id FROM product_product WHERE id > %s"
            " ORDER BY id LIMIT %s",
            product,
            RULES - 1,
        )
        rules = [
            {
                "applied_on": "1_product",
                "product_tmpl_id": template,
                "compute_price": "fixed",
                "fixed_price": 1.0 + number / 100,
                "min_quantity": number % 5,
            }
            for number, template in enumerate(templates)
        ]
        rules.append({"compute_price": "percentage", "percent_price": 10})
        company = self.shop.sql.value(
            "SELECT company_id FROM epay_store WHERE code = 'main'"
        )
        [pricelist] = self.shop.admin.call(
            "product.pricelist",
            "create",
            [
                {
                    "name": "Bench",
                    "company_id": company,
                    "item_ids": [[0, 0, rule] for rule in rules],
                }
            ],
        )
        return pricelist

    def _explain(self):
        """How the database looks a code up, in its own words."""
        rows = self.shop.sql.values(
            "EXPLAIN SELECT id FROM product_product WHERE barcode IN (%s)"
            " ORDER BY id LIMIT 10",
            self.codes[0],
        )
        return "\n".join(rows)

    # --- the clerk ----------------------------------------------------------------

    def round(self):
        for _number in range(BASKET):
            code = self.random.choice(self.codes)
            scan = {"key": str(uuid4()), "barcode": code, "quantity": 1}
            began = time.perf_counter()
            answer = self.desk.counter("scan_many", [scan])
            self.seconds.append(time.perf_counter() - began)
            assert answer["scans"][0]["taken"], answer["scans"]
        self.desk.session("cancel")
        self.desk.counter("next")

    # --- the result ---------------------------------------------------------------

    def lines(self):
        yield Line("scan to line, median", median(self.seconds), "s", aim=at_most(0.3))
        yield Line("scan to line, 95th percentile", percentile(self.seconds, 0.95), "s")
        yield Line("the plan uses the index on barcodes", self._uses_index(), "")

    def _uses_index(self):
        return float(_INDEX in self.plan)

    def samples(self):
        return {
            "products": PRODUCTS,
            "rules": RULES,
            "plan": self.plan,
            "seconds": self.seconds,
        }
