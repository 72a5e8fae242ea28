from odoo.tests import tagged

from .pages_common import PagesCase


@tagged("post_install", "-at_install")
class TestSavedCardPages(PagesCase):
    """Saved cards are for who is signed in on the phone, never for a link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer()
        cls.provider.allow_tokenization = True
        cls.card = cls.make_token(cls.customer)

    def sign_in(self, login=None):
        """Sign in (without a login: out) in the browser that has the phone's cookie."""
        phone = self.opener.cookies.get("epay_phone")
        self.authenticate(login, login)
        if phone:
            self.opener.cookies.set("epay_phone", phone, path="/epay")

    def saved(self, page):
        """The keys of the saved cards on the page."""
        keys = self.tree(page).xpath("//input[@name='option']/@value")
        return [key for key in keys if key.startswith("t-")]

    def test_page_offers_to_sign_in_and_to_come_back(self):
        visit = self.joined()
        link = self.mark(self.get(visit), "sign-in").get("href")
        self.assertEqual(link, "/web/login?redirect=%2Fepay%2Fback%3Fsigned_in%3D1")

    def test_nothing_to_sign_in_for_where_no_card_can_be_saved(self):
        self.provider.allow_tokenization = False
        self.assertFalse(self.marks(self.get(self.joined()), "sign-in"))

    def test_card_is_offered_to_who_signed_in_before_joining(self):
        self.sign_in(self.customer.user_ids.login)
        page = self.get(self.joined())
        self.assertEqual(self.saved(page), [f"t-{self.card.id}"])

    def test_card_is_offered_to_who_signed_in_after_joining(self):
        session = self.register()
        visit = self.joined(session)
        self.sign_in(self.customer.user_ids.login)
        page = self.get(visit)
        self.assertFalse(self.saved(page), "a GET changes nothing")
        self.post(f"{visit}/identify", page=page)
        self.assertEqual(self.saved(self.get(visit)), [f"t-{self.card.id}"])
        self.assertEqual(session.partner_id, self.customer)

    def test_page_says_who_pays_and_the_saved_card_is_chosen_already(self):
        self.sign_in(self.customer.user_ids.login)
        page = self.get(self.joined())
        self.assertIn(self.customer.name, self.text(page, "paying-as"))
        self.assertNotIn("no saved card", self.text(page, "paying-as"))
        (chosen,) = self.tree(page).xpath("//input[@name='option'][@checked]/@value")
        self.assertEqual(chosen, f"t-{self.card.id}")

    def test_page_says_that_there_is_no_saved_card(self):
        self.card.active = False
        self.sign_in(self.customer.user_ids.login)
        self.assertIn("no saved card", self.text(self.get(self.joined()), "paying-as"))

    def test_page_says_nothing_of_cards_where_none_can_be_saved(self):
        self.card.active = False
        self.provider.allow_tokenization = False
        self.sign_in(self.customer.user_ids.login)
        text = self.text(self.get(self.joined()), "paying-as")
        self.assertIn(self.customer.name, text)
        self.assertNotIn("card", text)

    def test_nobody_is_named_to_who_is_not_signed_in(self):
        self.assertFalse(self.marks(self.get(self.joined()), "paying-as"))

    def test_card_is_not_offered_any_more_after_signing_out(self):
        session = self.register()
        self.sign_in(self.customer.user_ids.login)
        visit = self.joined(session)
        self.sign_in()
        page = self.get(visit)
        self.assertFalse(self.saved(page))
        answer = self.post(f"{visit}/choose", page=page, option=f"t-{self.card.id}")
        self.assertRefusedPage(answer, 422, "method_not_offered")
        self.assertEqual(session.state, "engaged")

    def test_signing_in_is_refused_to_nobody(self):
        visit = self.joined()
        answer = self.post(f"{visit}/identify", page=self.get(visit))
        self.assertRefusedPage(answer, 422, "method_not_offered")

    def test_signing_in_is_too_late_once_the_clerk_has_asked(self):
        session = self.register()
        visit = self.requested_of(session)
        self.sign_in(self.customer.user_ids.login)
        answer = self.post(f"{visit}/identify", page=self.get(visit))
        self.assertRefusedPage(answer, 409, "wrong_state")
        self.assertEqual(session.partner_id, self.store.walk_in_partner_id)

    def test_form_saves_no_card_to_the_account_of_the_buyer_who_left(self):
        self.card.active = False
        second = self.make_customer("epay_test_second_customer")
        self.sign_in(self.customer.user_ids.login)
        session = self.register()
        visit = self.requested_of(session)
        save = "//input[@name='o_payment_tokenize_checkbox']"
        self.assertTrue(self.tree(self.get(f"{visit}/pay")).xpath(save))
        self.as_clerk(self.counter).release_visit()
        self.sign_in(second.user_ids.login)
        visit = self.waiting()
        phone = self.counter._waiting_visits()
        self.as_clerk(self.counter).accept_visit(phone.id)
        self.assertEqual(session._bound_visit().partner_id, second)
        self.assertFalse(self.tree(self.get(f"{visit}/pay")).xpath(save))

    def test_staff_in_their_own_browser_are_not_the_customer(self):
        session = self.register()
        self.sign_in(self.clerk.login)
        self.joined(session)
        self.assertEqual(session.partner_id, self.store.walk_in_partner_id)
