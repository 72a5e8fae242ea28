from odoo.tests import tagged

from .pages_common import PagesCase


@tagged("post_install", "-at_install")
class TestFillingIn(PagesCase):
    """What stands in the form where the customer enters the amount, when the page comes
    back; and how the form is read aloud.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter.amount_by = "customer"

    def setUp(self):
        super().setUp()
        answer = self.as_clerk(self.counter).invite_amount()
        self.session = self.env["epay.session"].browse(answer["session"]["id"])
        self.address = self.joined(self.session)

    def send(self, amount, **data):
        page = self.get(self.address)
        data.setdefault("option", self.option(page))
        return self.post(f"{self.address}/choose", page=page, amount=amount, **data)

    def checked(self, page, name):
        boxes = self.tree(page).xpath(f"//input[@name='{name}'][@checked]")
        return [box.get("value") for box in boxes]

    def test_the_condition_stays_when_the_amount_is_refused(self):
        three = self.env["epay.condition"].create(
            {
                "name": "3 payments",
                "code": "three",
                "provider_ids": [(6, 0, self.provider.ids)],
            }
        )
        self.store.condition_ids = three
        page = self.get(self.address)
        name = f"condition-{self.option(page)}"
        self.assertEqual(self.checked(page, name), ["one"])
        answer = self.send("8,078", **{name: "three"})
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.checked(answer, name), ["three"])

    def asked(self):
        return self.mark(self.get(self.address), "visit").get("data-asked")

    def test_the_page_says_which_time_it_asks(self):
        """By that the script knows whether what stands in the form is for this page."""
        first = self.asked()
        self.assertTrue(first)
        self.assertEqual(self.asked(), first)
        self.send("807")
        self.assertIsNone(self.asked(), "nothing is asked now")
        self.as_clerk(self.session).send_back("it was 8,078")
        self.assertNotEqual(self.asked(), first)

    def described(self, page):
        """What is read aloud with the field."""
        field = self.mark(page, "amount-input")
        parts = field.get("aria-describedby").split()
        found = [self.tree(page).get_element_by_id(part) for part in parts]
        return " ".join(part.text_content() for part in found)

    def test_the_field_is_read_aloud_with_why_it_was_refused(self):
        answer = self.send("8,078")
        self.assertIn("two ways", self.described(answer))

    def test_without_an_amount_the_page_has_words_of_its_own(self):
        (note,) = self.tree(self.get(self.address)).xpath(
            "//*[@id='no-amount'][@hidden]"
        )
        self.assertEqual(note.text_content().strip(), "Enter the amount first.")

    def test_who_sees_a_wrong_amount_finds_where_to_change_it(self):
        self.send("807")
        self.assertEqual(
            self.text(self.get(self.address), "change"), "Change amount or method"
        )

    def test_every_key_has_a_name(self):
        page = self.get(self.address)
        (point,) = self.tree(page).xpath("//button[@data-key='.']")
        self.assertEqual(point.get("aria-label"), "Decimal point")
