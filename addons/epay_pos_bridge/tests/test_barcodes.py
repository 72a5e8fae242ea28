from odoo import Command
from odoo.tests import BaseCase, tagged

from ..tools.gtin import has_wrong_check_digit, spellings
from .common import (
    APPLES,
    APPLES_53,
    BREAD,
    CHEESE,
    CHEESE_745,
    COFFEE,
    HONEY,
    BridgeCase,
)


@tagged("post_install", "-at_install")
class TestBarcodes(BridgeCase):
    """A code becomes goods as Odoo itself resolves it (SE2)."""

    def found(self, barcode):
        found = self.env["epay.barcode"]._find(self.store, barcode)
        return found.product, found.uom, found.quantity

    def test_the_products_own_code(self):
        self.assertEqual(self.found(BREAD), (self.bread, self.pieces, 1.0))

    def test_spaces_around_it_say_nothing(self):
        self.assertEqual(self.found(f"  {BREAD}\r")[0], self.bread)

    def test_a_packagings_code_brings_its_unit(self):
        pack = self.make_pack(self.bread, HONEY)
        self.assertEqual(self.found(HONEY), (self.bread, pack.uom_id, 1.0))

    def test_a_variant_has_its_own_code(self):
        small, large = self.make_variants()
        large.barcode = HONEY
        self.assertEqual(self.found(HONEY)[0], large)
        self.assertNotEqual(small, large)

    def make_variants(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [
                    Command.create({"name": name}) for name in ("Small", "Large")
                ],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Mug",
                "company_id": self.company.id,
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        return template.product_variant_ids

    def test_a_upc_is_the_same_article_as_its_ean(self):
        self.bread.barcode = "0036000291452"
        self.assertEqual(self.found("036000291452")[0], self.bread)

    def test_where_nothing_is_converted_it_is_another_one(self):
        self.bread.barcode = "0036000291452"
        self.make_nomenclature().upc_ean_conv = "none"
        with self.assertRefused("unknown_barcode"):
            self.found("036000291452")

    # --- labels of scales ---

    def test_a_label_with_a_weight(self):
        self.use_labels()
        apples = self.make_goods("Apples", APPLES, 2.99, uom_id=self.kilos.id)
        self.assertEqual(self.found(APPLES_53), (apples, self.kilos, 0.53))

    def test_a_label_with_a_price(self):
        self.use_labels()
        cheese = self.make_goods("Cheese", CHEESE, 99.0)
        found = self.env["epay.barcode"]._find(self.store, CHEESE_745)
        self.assertEqual((found.product, found.quantity), (cheese, 1.0))
        self.assertEqual(found.price, 7.45)

    def test_a_label_with_a_discount_has_no_product(self):
        self.use_labels()
        found = self.env["epay.barcode"]._find(self.store, "2215")
        self.assertFalse(found.product)
        self.assertEqual(found.discount, 15)

    def test_a_label_without_a_weight_is_refused(self):
        self.use_labels()
        self.make_goods("Apples", APPLES, 2.99, uom_id=self.kilos.id)
        with self.assertRefused("bad_quantity"):
            self.found(APPLES)

    def test_a_code_that_looks_like_a_label_but_is_a_products_own(self):
        self.use_labels()
        self.bread.barcode = APPLES_53
        self.assertEqual(self.found(APPLES_53), (self.bread, self.pieces, 1.0))

    # --- GS1 ---

    def use_gs1(self):
        gs1 = self.env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature")
        self.store.barcode_nomenclature_id = gs1

    def test_gs1_finds_the_ean_in_fourteen_digits(self):
        self.use_gs1()
        self.assertEqual(self.found(f"010{BREAD}"), (self.bread, self.pieces, 1.0))

    def test_gs1_brings_the_count(self):
        self.use_gs1()
        self.assertEqual(self.found(f"010{BREAD}3712")[2], 12)

    def test_gs1_fields_end_with_a_sign_that_scanners_send(self):
        self.use_gs1()
        code = f"010{BREAD}10LOT7 3712"
        self.assertEqual(self.found(code), (self.bread, self.pieces, 12))

    def test_gs1_weights_are_in_the_products_unit(self):
        self.use_gs1()
        grams = self.env.ref("uom.product_uom_gram")
        self.bread.uom_id = grams
        self.assertEqual(self.found(f"010{BREAD}3103000525"), (self.bread, grams, 525))

    def test_a_weight_says_nothing_of_pieces(self):
        self.use_gs1()
        self.assertEqual(self.found(f"010{BREAD}3103000525")[2], 1.0)

    def test_plain_codes_work_beside_gs1(self):
        self.use_gs1()
        self.bread.barcode = "SHOP-17"
        self.assertEqual(self.found("SHOP-17")[0], self.bread)

    # --- refusals ---

    def test_a_code_that_no_product_has(self):
        with self.assertRefused("unknown_barcode"):
            self.found(HONEY)

    def test_a_number_that_was_misread(self):
        with self.assertRefused("wrong_check_digit"):
            self.found(BREAD[:-1] + "2")

    def test_what_is_no_code(self):
        for text in ("", "   ", None, 7, False, "x" * 201, "a\nb"):
            with self.subTest(text=text), self.assertRefused("malformed_barcode"):
                self.found(text)

    def test_signs_of_searches_find_nothing(self):
        for text in ("%", "400638133393_", "*", "4006381333931%"):
            with self.subTest(text=text), self.assertRefused("unknown_barcode"):
                self.found(text)

    def test_an_archived_product(self):
        self.bread.active = False
        with self.assertRefused("product_archived"):
            self.found(BREAD)

    def test_what_is_not_for_sale(self):
        self.bread.sale_ok = False
        with self.assertRefused("not_for_sale"):
            self.found(BREAD)

    def test_goods_of_another_company(self):
        self.bread.company_id = self.make_japan().company_id
        with self.assertRefused("other_company"):
            self.found(BREAD)

    def test_shared_goods_are_everybodys(self):
        self.bread.product_tmpl_id.company_id = False
        self.assertEqual(self.found(BREAD)[0], self.bread)

    def test_one_code_on_two_products_is_for_a_person(self):
        self.share_code()
        with self.assertRefused("ambiguous_barcode") as caught:
            self.found(BREAD)
        self.assertIn("Country bread", str(caught.exception))
        self.assertIn("Coffee beans", str(caught.exception))

    def test_one_code_on_two_products_of_which_one_is_sold(self):
        self.share_code()
        self.coffee.sale_ok = False
        self.assertEqual(self.found(BREAD)[0], self.bread)

    def share_code(self):
        """A shared product and one of the company may have the same code in Odoo."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_product SET barcode = %s WHERE id = %s",
            (BREAD, self.coffee.id),
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestArticleNumbers(BaseCase):
    """Check digits and lengths, which need no shop."""

    def test_check_digits(self):
        self.assertFalse(has_wrong_check_digit(COFFEE))
        self.assertTrue(has_wrong_check_digit(COFFEE[:-1] + "2"))
        self.assertFalse(has_wrong_check_digit("12345"))
        self.assertFalse(has_wrong_check_digit("٤٠٠٦٣٨١٣٣٣٩٣١"))

    def test_lengths_of_one_number(self):
        self.assertEqual(
            spellings("00036000291452"),
            ["00036000291452", "036000291452", "0036000291452"],
        )
        self.assertEqual(spellings("SHOP-17"), ["SHOP-17"])
