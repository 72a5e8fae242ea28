"""The tools know nothing of Odoo: plain unit tests."""

from decimal import Decimal
from xml.etree import ElementTree

from odoo.tests import BaseCase, tagged

from ..tools import codes
from ..tools.money import NotAnAmount, parse_amount
from ..tools.shares import shares, taken
from ..tools.svg import qr_svg
from ..tools.throttle import Throttle


@tagged("post_install", "-at_install")
class TestMoneyTool(BaseCase):
    def test_what_is_read(self):
        for value, decimals, amount in (
            (1, 2, "1"),
            (80.78, 2, "80.78"),
            ("80.78", 2, "80.78"),
            ("80.780", 2, "80.78"),
            (" 12 ", 0, "12"),
            ("١٢.٥", 2, "12.5"),
            ("１２.５０", 2, "12.5"),
            (Decimal("0.001"), 3, "0.001"),
            ("1200.0", 0, "1200"),
            ("+5", 2, "5"),
            (999999999999, 2, "999999999999"),
        ):
            with self.subTest(value=value):
                self.assertEqual(parse_amount(value, decimals), Decimal(amount))

    def test_what_is_refused_and_why(self):
        for value, decimals, reason in (
            ("1_000", 2, "not_a_number"),
            ("1 000", 2, "not_a_number"),
            ("1,5", 2, "not_a_number"),
            ("1e2", 2, "not_a_number"),
            ("1E2", 2, "not_a_number"),
            ("", 2, "not_a_number"),
            ("twelve", 2, "not_a_number"),
            (True, 2, "not_a_number"),
            (None, 2, "not_a_number"),
            ([], 2, "not_a_number"),
            ("nan", 2, "not_a_number"),
            ("sNaN", 2, "not_a_number"),
            ("-inf", 2, "not_a_number"),
            (float("nan"), 2, "not_a_number"),
            (Decimal("Infinity"), 2, "not_a_number"),
            (0, 2, "not_positive"),
            ("0.00", 2, "not_positive"),
            (-0.01, 2, "not_positive"),
            ("0.001", 2, "too_many_decimals"),
            (0.1 + 0.2, 2, "too_many_decimals"),
            (1e-30, 2, "too_many_decimals"),
            ("12.5", 0, "too_many_decimals"),
            ("1000000000000", 2, "too_large"),
            (1e300, 2, "too_large"),
            ("9" * 5000, 2, "too_large"),
            (10**4000, 2, "too_large"),
            ("0." + "0" * 5000 + "1", 2, "too_many_decimals"),
        ):
            with self.subTest(value=str(value)[:20]):
                with self.assertRaises(NotAnAmount) as caught:
                    parse_amount(value, decimals)
                self.assertEqual(caught.exception.reason, reason)


@tagged("post_install", "-at_install")
class TestCodes(BaseCase):
    def test_secrets_are_random_and_known_by_their_shape(self):
        secrets = {codes.new_secret() for _number in range(100)}
        self.assertEqual(len(secrets), 100)
        self.assertTrue(all(codes.is_secret(secret) for secret in secrets))

    def test_what_is_no_secret(self):
        for value in (None, "", "short", "x" * 65, "a b" * 8, "é" * 22, 5, b"x" * 22):
            self.assertFalse(codes.is_secret(value), value)
        self.assertFalse(codes.is_secret("A" * 22 + "\n"))

    def test_a_token_belongs_to_one_phone_and_one_visit(self):
        token = codes.derive_token("phone", "nonce")
        self.assertEqual(token, codes.derive_token("phone", "nonce"))
        self.assertNotEqual(token, codes.derive_token("other", "nonce"))
        self.assertNotEqual(token, codes.derive_token("phone", "other"))
        self.assertTrue(codes.is_secret(token))

    def test_codes_are_read_back_in_any_case(self):
        for number in (0, 1, 35, 36, 123456789):
            code = codes.join_code(number, "ab" * 32)
            self.assertEqual(codes.split_code(code)[0], number)
            self.assertEqual(codes.split_code(code.upper()), codes.split_code(code))
            self.assertEqual(codes.split_code(code)[1], codes.short_hash("ab" * 32))

    def test_what_is_no_code(self):
        good = codes.join_code(5, "ab" * 32)
        for code in (
            None,
            "",
            "-",
            good[:-1],
            good + "a",
            good + "\n",
            good.replace("-", "_"),
            "z" * 13 + good[1:],
            "5-" + "1" * 26,
            "../../etc",
        ):
            self.assertEqual(codes.split_code(code), (0, ""), code)

    def test_comparing(self):
        self.assertTrue(codes.same("abc", "abc"))
        for one, other in (("abc", "abd"), ("abc", ""), (None, "abc"), ("a", None)):
            self.assertFalse(codes.same(one, other))


@tagged("post_install", "-at_install")
class TestDrawing(BaseCase):
    def test_a_code_is_one_svg_element_without_scripts(self):
        svg = qr_svg("https://shop.example/epay/q/abc?x=<&>")
        root = ElementTree.fromstring(svg)
        self.assertTrue(root.tag.endswith("svg"))
        self.assertNotIn("<script", svg)
        self.assertNotEqual(svg, qr_svg("https://shop.example/epay/q/abd"))


@tagged("post_install", "-at_install")
class TestThrottle(BaseCase):
    def test_a_burst_then_a_rate_for_each_key(self):
        now = [0.0]
        throttle = Throttle(rate=1, burst=3, clock=lambda: now[0])
        self.assertEqual([throttle.allow("a") for _n in range(4)], [True] * 3 + [False])
        self.assertTrue(throttle.allow("b"))
        now[0] = 1.0
        self.assertEqual([throttle.allow("a") for _n in range(2)], [True, False])

    def test_it_forgets_the_oldest_key(self):
        throttle = Throttle(rate=0, burst=1, size=2, clock=lambda: 0)
        for key in "abc":
            throttle.allow(key)
        self.assertEqual(len(throttle._buckets), 2)
        self.assertTrue(throttle.allow("a"))
        self.assertFalse(throttle.allow("c"))


@tagged("post_install", "-at_install")
class TestSharesTool(BaseCase):
    def test_the_missing_cents_go_to_the_largest_remainders(self):
        self.assertEqual(shares(10, {"a": 40, "b": 20}, 0.01), {"a": 6.67, "b": 3.33})
        self.assertEqual(
            shares(0.01, {"a": 1, "b": 3, "c": 2}, 0.01), {"a": 0, "b": 0.01, "c": 0}
        )

    def test_none_is_negative_and_none_above_what_is_left(self):
        ten = dict.fromkeys(range(10), 0.05)
        parts = shares(0.05, ten, 0.01)
        self.assertEqual(sorted(parts.values()), [0] * 5 + [0.01] * 5)
        four = dict.fromkeys(range(4), 100)
        self.assertEqual(sorted(shares(2, four, 1).values()), [0, 0, 1, 1])

    def test_any_amount_is_shared_out_exactly(self):
        left = {"a": 0.0, "b": 0.01, "c": 33.33, "d": 33.33, "e": 2.5}
        for cents in range(0, 6918, 7):
            parts = shares(cents / 100, left, 0.01)
            self.assertEqual(round(sum(parts.values()) * 100), cents)
            for key, part in parts.items():
                self.assertTrue(0 <= part <= left[key], (cents, key, part))
        self.assertEqual(shares(69.17, left, 0.01), left)

    def test_more_than_is_left(self):
        with self.assertRaises(ValueError):
            shares(69.18, {"a": 69.17}, 0.01)

    def test_what_is_wanted_comes_first_and_what_is_missing_from_the_others(self):
        left = {"a": 35, "b": 35, "c": 0}
        self.assertEqual(taken(30, {"a": 30}, left, 0.01), {"a": 30, "b": 0, "c": 0})
        self.assertEqual(taken(50, {"a": 50}, left, 0.01), {"a": 35, "b": 15, "c": 0})
        self.assertEqual(taken(50, {}, left, 0.01), {"a": 25, "b": 25, "c": 0})
