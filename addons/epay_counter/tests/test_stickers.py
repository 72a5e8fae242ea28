from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from ..models import epay_sticker_sighting
from ..tools import codes
from ..tools.svg import fit, qr_path, text_width, wrap
from .common import EpayCase
from .pages_common import PagesCase

SVG = "{http://www.w3.org/2000/svg}"


class StickerBuilders:
    def print_sticker(self, counter=None):
        """A new print, as the manager makes it."""
        counter = counter or self.counter
        counter.with_user(self.manager).action_print_sticker()
        return counter.sticker_ids.sorted("id")[-1]

    def rotate(self, counter=None):
        (counter or self.counter).with_user(self.manager).rotate_codes()


@tagged("post_install", "-at_install")
class TestStickerCodes(BaseCase):
    def test_it_is_short(self):
        code = codes.join_sticker(3, "ab" * 32)
        self.assertEqual(codes.split_sticker(code), (3, code.split("-")[1]))
        self.assertEqual(len(code), 18)
        self.assertEqual(codes.split_sticker(code.upper()), codes.split_sticker(code))

    def test_anything_else_is_none(self):
        good = codes.join_sticker(3, "ab" * 32)
        for code in ("", None, "3", good[:-1], good + "a", f"{good}\n", "é" + good):
            self.assertEqual(codes.split_sticker(code), (0, ""), code)


@tagged("post_install", "-at_install")
class TestPrinting(StickerBuilders, EpayCase):
    def test_every_print_has_a_serial_number_of_its_own(self):
        first, second = self.print_sticker(), self.print_sticker()
        self.assertEqual(first.serial, "TESTSTREET-T1-1")
        self.assertEqual(second.serial, "TESTSTREET-T1-2")
        self.assertNotEqual(first._code(), second._code())
        self.assertEqual(first.user_id, self.manager)

    def test_its_serial_number_stays_what_is_printed(self):
        sticker = self.print_sticker()
        self.counter.code = "X9"
        self.store.code = "otherstreet"
        self.commit()
        self.assertEqual(sticker.serial, "TESTSTREET-T1-1")
        self.assertEqual(self.print_sticker().serial, "OTHERSTREET-X9-2")

    def test_the_manager_is_shown_the_poster(self):
        action = self.counter.with_user(self.manager).action_print_sticker()
        sticker = self.counter.sticker_ids
        self.assertEqual(action["url"], f"/epay/p/{sticker.id}/poster")

    def test_clerks_do_not_print(self):
        with self.assertRefused("manager_only"):
            self.as_clerk(self.counter).action_print_sticker()

    def test_managers_of_other_stores_do_not_print(self):
        self.store.manager_ids = False
        with self.assertRefused("not_your_counter"):
            self.counter.with_user(self.manager).action_print_sticker()

    def test_nobody_makes_or_changes_prints_by_rpc(self):
        sticker = self.print_sticker()
        for user in (self.clerk, self.manager):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    sticker.with_user(user).write({"generation": 9})
                with self.assertRaises(AccessError):
                    sticker.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    sticker.with_user(user).create({"counter_id": self.counter.id})


@tagged("post_install", "-at_install")
class TestRotating(StickerBuilders, EpayCase):
    def test_prints_made_before_are_old_and_later_ones_genuine(self):
        old = self.print_sticker()
        self.assertFalse(old.is_old)
        self.rotate()
        self.assertTrue(old.is_old)
        self.assertFalse(self.print_sticker().is_old)

    def test_clerks_do_not_rotate(self):
        with self.assertRefused("manager_only"):
            self.as_clerk(self.counter).rotate_codes()
        self.assertEqual(self.counter.code_generation, 1)

    def test_nobody_turns_the_generation_back(self):
        self.rotate()
        with self.assertRaises(AccessError):
            self.counter.with_user(self.manager).write({"code_generation": 1})

    def test_the_same_key_rotates_once(self):
        counter = self.counter.with_user(self.manager)
        counter.rotate_codes(client_key="one")
        counter.rotate_codes(client_key="one")
        self.assertEqual(self.counter.code_generation, 2)

    def test_one_time_codes_and_other_counters_go_on(self):
        other = self.make_counter(code="T2", name="Deli")
        sticker = self.print_sticker(other)
        session = self.register()
        code = self.counter._one_time_code(session)
        self.rotate()
        self.assertEqual(self.counter._code_status(code)["status"], "free")
        self.assertFalse(sticker.is_old)


@tagged("post_install", "-at_install")
class TestJoiningBySticker(StickerBuilders, EpayCase):
    def comes(self, code, phone=None, address=None):
        counter = self.counter.with_user(self.public).sudo()
        visit, _token, self.phone = counter._join(
            phone=phone, sticker=code, address=address
        )
        return visit

    def seen(self):
        return self.env["epay.sticker.sighting"].search(
            [("counter_id", "=", self.counter.id)]
        )

    def test_a_genuine_sticker_is_noted_and_nothing_else(self):
        sticker = self.print_sticker()
        visit = self.comes(sticker._code())
        self.assertEqual((visit.state, visit.sticker_id), ("waiting", sticker))
        self.assertEqual(visit.sticker_state, "genuine")
        self.assertFalse(self.seen())

    def test_an_old_sticker_lets_in_but_clerk_and_manager_see_it(self):
        sticker = self.print_sticker()
        self.rotate()
        visit = self.comes(sticker._code())
        self.assertEqual(visit.state, "waiting")
        (row,) = self.as_clerk(self.counter).get_state()["counter"]["visits"]
        self.assertEqual(row["sticker"], "old")
        self.assertEqual(self.seen().sticker_id, sticker)
        self.assertEqual(self.counter.with_user(self.manager).old_sticker_count, 1)
        self.assertTrue(self.seen().with_user(self.manager).read(["sticker_id"]))

    def test_the_manager_reads_by_which_deal_and_whom_to_ask(self):
        sticker = self.print_sticker()
        self.rotate()
        session = self.register()
        visit = self.comes(sticker._code())
        self.assertFalse(self.seen().session_id)
        self.as_clerk(self.counter).accept_visit(visit.id)
        row = self.seen().with_user(self.manager)
        self.assertEqual((row.session_id, row.user_id), (session, self.clerk))

    def test_managers_see_it_in_the_list_of_counters(self):
        counters = self.env["epay.counter"]
        for user, is_there in ((self.manager, True), (self.clerk, False)):
            view = counters.with_user(user).get_view(view_type="list")
            self.assertEqual("old_sticker_count" in view["arch"], is_there)

    def test_it_is_on_record_when_the_phone_is_forgotten(self):
        sticker = self.print_sticker()
        self.rotate()
        self.comes(sticker._code()).unlink()
        self.assertEqual(len(self.seen()), 1)

    def test_a_phone_that_waits_already_and_reads_an_old_one_is_noted_once(self):
        sticker = self.print_sticker()
        self.rotate()
        visit = self.comes(None)
        self.assertFalse(visit.sticker_state)
        for _turn in range(2):
            self.assertEqual(self.comes(sticker._code(), self.phone), visit)
        self.assertEqual(visit.sticker_state, "old")
        self.assertEqual(len(self.seen()), 1)

    def test_no_more_are_put_on_record_than_tell_anything(self):
        sticker = self.print_sticker()
        self.rotate()
        with patch.object(epay_sticker_sighting, "SIGHTINGS_A_DAY", 2):
            for number in range(3):
                self.comes(sticker._code(), address=f"192.0.2.{number}")
            self.assertEqual(len(self.seen()), 2)
            with self.freeze(self.seen()[0].create_date + timedelta(days=2)):
                self.env["epay.sticker.sighting"]._note(sticker, self.env["epay.visit"])
        self.assertEqual(len(self.seen()), 3)

    def test_one_address_is_put_on_record_once_an_hour(self):
        sticker, other = self.print_sticker(), self.print_sticker()
        self.rotate()
        for _turn in range(3):
            self.comes(sticker._code(), address="192.0.2.1")
        self.assertEqual(len(self.seen()), 1)
        self.comes(other._code(), address="192.0.2.1")
        self.comes(sticker._code(), address="192.0.2.2")
        self.assertEqual(len(self.seen()), 3)
        with self.freeze(self.seen()[0].create_date + timedelta(minutes=61)):
            self.comes(sticker._code(), address="192.0.2.1")
        self.assertEqual(len(self.seen()), 4)

    def test_after_a_day_nothing_tells_where_somebody_came_from(self):
        sticker = self.print_sticker()
        self.rotate()
        self.comes(sticker._code(), address="192.0.2.1")
        seen = self.seen().sudo()
        self.assertTrue(seen.address_hash)
        with self.freeze(seen.create_date + timedelta(hours=25)):
            self.env["epay.sticker.sighting"]._gc_addresses()
        self.assertFalse(seen.address_hash)

    def test_old_records_are_forgotten(self):
        sticker = self.print_sticker()
        self.rotate()
        for number in range(2):
            self.comes(sticker._code(), address=f"192.0.2.{number}")
        long_ago, lately = self.seen()
        self.env.cr.execute(
            "UPDATE epay_sticker_sighting SET create_date = create_date - interval "
            "'400 days' WHERE id = %s",
            [long_ago.id],
        )
        self.env.invalidate_all()
        self.env["epay.sticker.sighting"]._gc_sightings()
        self.assertEqual(self.seen(), lately)

    def test_forged_and_foreign_ones_are_refused(self):
        good = self.print_sticker()._code()
        other = self.make_counter(code="T2", name="Deli")
        foreign = self.print_sticker(other)._code()
        self.print_sticker()
        wrong = "a" if good[-1] != "a" else "b"
        for code in (
            foreign,
            good[:-1] + wrong,
            good.replace("1-", "2-"),
            good.replace("1-", "99-"),
            "1-aaaaaaaaaaaaaaaa",
            "nonsense",
            "\x00",
        ):
            with self.subTest(code=code), self.assertRefused("foreign_sticker"):
                self.comes(code)
        self.assertFalse(self.counter._waiting_visits())

    def test_a_sticker_alone_never_binds(self):
        """Neither a genuine nor an old one. (What a store may switch on,
        `auto_accept`, is in test_room.py: never for an old one.)
        """
        old = self.print_sticker()
        self.rotate()
        new = self.print_sticker()
        session = self.register()
        for sticker in (new, old):
            visit = self.comes(sticker._code())
            self.assertEqual((visit.state, session.state), ("waiting", "open"))


@tagged("post_install", "-at_install")
class TestStickerCheck(StickerBuilders, EpayCase):
    def check(self, text):
        return self.as_clerk(self.counter).check_sticker(text)

    def test_its_own_is_genuine(self):
        sticker = self.print_sticker()
        for text in (sticker._url(), sticker._url().replace("T1", "t1")):
            told = self.check(text)
            self.assertEqual(told["sticker"], "genuine")
            self.assertEqual(told["serial"], sticker.serial)

    def test_the_letters_alone_may_be_typed(self):
        sticker = self.print_sticker()
        scanned = self.check(sticker._url())
        for text in (sticker._code(), sticker._code().upper()):
            typed = self.check(text)
            # They may stand below a code that leads elsewhere.
            self.assertEqual(typed["sticker"], "letters")
            self.assertEqual(typed["serial"], sticker.serial)
            self.assertIn("scanning", typed["text"])
            self.assertNotIn("scanning", scanned["text"])

    def test_letters_are_read_as_they_are_printed_and_typed(self):
        sticker = self.print_sticker()
        number, letters = sticker._code().split("-")
        fours = " ".join(letters[begin : begin + 4] for begin in (0, 4, 8, 12))
        for text in (
            f"{sticker.serial} · {sticker._code()}",
            f"{sticker.serial} {sticker._code()}",
            f"{number}{letters}",
            f"{number} - {fours}",
            f" {number}-{fours.upper()} ",
        ):
            with self.subTest(text=text):
                told = self.check(text)
                self.assertEqual(told["sticker"], "letters")
                self.assertEqual(told["serial"], sticker.serial)

    def test_letters_of_a_replaced_one_are_old(self):
        sticker = self.print_sticker()
        self.rotate()
        self.assertEqual(self.check(sticker._code())["sticker"], "old")

    def test_mistyped_letters_are_not_said_to_be_foreign(self):
        good = self.print_sticker()._code()
        other = self.make_counter(code="T2", name="Deli")
        wrong = "a" if good[-1] != "a" else "b"
        for text in (
            *("", None, 5, "x" * 10000, "TESTSTREET-T1-1"),
            *(good[:-1] + wrong, good[:-1], good + "a", good.replace("1-", "2-")),
            self.print_sticker(other)._code(),
        ):
            with self.subTest(text=text):
                told = self.check(text)
                self.assertEqual((told["sticker"], told["serial"]), ("unknown", False))
                self.assertIn("Compare them, or scan", told["text"])

    def test_a_replaced_one_is_old(self):
        sticker = self.print_sticker()
        self.rotate()
        told = self.check(sticker._url())
        self.assertEqual((told["sticker"], told["serial"]), ("old", sticker.serial))
        self.assertIn("Take it down", told["text"])

    def test_everything_else_is_foreign(self):
        url = self.print_sticker()._url()
        path = url.partition("/epay")[2]
        other = self.make_counter(code="T2", name="Deli")
        for text in (
            "https://pay.example/epay",
            "pay.example",
            "upi:pay?pa=somebody",
            # Our letters on somebody else's site.
            f"https://evil.example/epay{path}",
            f"https://{self.counter._base_url().partition('//')[2]}@evil.example{path}",
            f"//evil.example/epay{path}",
            url.replace("://", "://www."),
            url.replace("/T1", "/T2"),
            self.print_sticker(other)._url(),
            self.counter._public_url(),
            url[:-1],
            "http://[::1",
        ):
            with self.subTest(text=text):
                told = self.check(text)
                self.assertEqual((told["sticker"], told["serial"]), ("foreign", False))
                self.assertTrue(told["text"])

    def test_only_the_counters_clerk_checks(self):
        stranger = self.make_user("epay_stranger", "epay_counter.group_epay_clerk")
        with self.assertRefused("not_your_counter"):
            self.counter.with_user(stranger).check_sticker("x")


@tagged("post_install", "-at_install")
class TestDrawings(StickerBuilders, EpayCase):
    def drawing(self, shape="poster", **context):
        sticker = self.print_sticker().with_context(**context)
        return etree.fromstring(str(sticker._drawing(shape)))

    def texts(self, root):
        return " ".join(" ".join(root.itertext()).split())

    def test_both_shapes_say_where_one_is(self):
        self.store.address_id.city = "Lyon"
        for shape in ("poster", "label"):
            with self.subTest(shape=shape):
                texts = self.texts(self.drawing(shape))
                serial = self.counter.sticker_ids.sorted("id")[-1].serial
                for text in (
                    *("Test Street, Lyon", "T1", "Bakery", serial),
                    self.counter._portal_words(),
                    "the clerk's screen shows the same words",
                ):
                    self.assertIn(text, texts)

    def test_the_code_is_a_drawing_and_leaves_room_for_the_logo(self):
        self.assertFalse(self.drawing().findall(f".//{SVG}image"))
        self.store.logo = self.method.image
        root = self.drawing()
        code = root.find(f"{SVG}g")
        path, image = code.find(f"{SVG}path"), code.find(f"{SVG}image")
        self.assertTrue(path.get("d").startswith("M0 0h7"))
        side = float(code.find(f"{SVG}rect").get("width")) - 8
        self.assertLessEqual(float(image.get("width")), side / 4)

    def test_the_drawing_is_understood_by_printers_programs(self):
        """No svg in the svg, nothing inherited from it, the code in its frame."""
        for shape, begin, side in (("poster", (45, 122), 120), ("label", (1, 3), 44)):
            root = self.drawing(shape)
            self.assertFalse(root.findall(f".//{SVG}svg"))
            anchors = {text.get("text-anchor") for text in root.iter(f"{SVG}text")}
            self.assertEqual(anchors, {"middle"})
            code = root.find(f"{SVG}g")
            places = code.get("transform").replace("(", " ").replace(")", " ").split()
            x, y, scale, *margin = (float(text) for text in places if text[0].isdigit())
            self.assertEqual(((x, y), margin), (begin, [4, 4]))
            modules = float(code.find(f"{SVG}rect").get("width"))
            self.assertAlmostEqual(scale * modules, side, places=3)

    def test_error_correction_is_high(self):
        modules, path = qr_path("https://shop.example/epay/main/C11?s=1-" + "a" * 16)
        # 57 bytes: version 6 holds 58 with H; with L version 4 would do (33 modules).
        self.assertEqual(modules, 41)
        self.assertNotRegex(path, r"[^MhvzM0-9 -]")

    def test_long_names_are_set_smaller(self):
        self.counter.name = "The bakery behind the fountain on the upper market square"
        for text in self.drawing().iter(f"{SVG}text"):
            if text.text and "bakery" in text.text:
                self.assertLess(float(text.get("font-size")), 8)
                break
        else:
            self.fail("The name is not there.")

    def test_names_can_not_break_out_of_the_drawing(self):
        self.counter.name = '</text><script>alert("x")</script>'
        root = self.drawing()
        self.assertFalse(root.findall(f".//{SVG}script"))

    def test_texts_fit(self):
        self.assertEqual(fit("C11", 178, 44), 44)
        self.assertLessEqual(fit("x" * 100, 178, 44) * text_width("x" * 100), 178.5)
        self.assertLess(fit("銀座" * 20, 178, 44), fit("ab" * 20, 178, 44))
        lines = wrap("Check that your phone shows this", 40, 5)
        self.assertGreater(len(lines), 1)
        self.assertEqual(" ".join(lines), "Check that your phone shows this")
        self.assertGreater(len(wrap("電話の画面に同じ店名が出ているか確認", 40, 5)), 1)

    def test_the_reports_render(self):
        stickers = self.print_sticker() | self.print_sticker()
        reports = self.env["ir.actions.report"].with_user(self.manager)
        for shape in ("poster", "label"):
            html, _kind = reports._render_qweb_html(
                f"epay_counter.report_sticker_{shape}", stickers.ids
            )
            self.assertEqual(html.decode().count("<path"), 2)


@tagged("post_install", "-at_install")
class TestStickerPages(StickerBuilders, PagesCase):
    def test_the_sticker_leads_to_the_counter_and_joins(self):
        sticker = self.print_sticker()
        address = f"/epay/teststreet/T1?s={sticker._code()}"
        page = self.get(address)
        self.assertEqual(page.status_code, 200)
        data = {"s": self.tree(page).xpath("//input[@name='s']")[0].get("value")}
        answer = self.post("/epay/teststreet/T1/join", page=page, **data)
        self.assertEqual(answer.status_code, 303)
        visit = self.counter._waiting_visits()
        self.assertEqual((visit.sticker_id, visit.sticker_state), (sticker, "genuine"))

    def test_a_replaced_print_says_so_before_it_is_printed_again(self):
        sticker = self.print_sticker()
        self.authenticate(self.manager.login, self.manager.login)
        page = self.get(f"/epay/p/{sticker.id}/poster")
        self.assertFalse(self.marks(page, "message"))
        self.rotate()
        page = self.get(f"/epay/p/{sticker.id}/poster")
        self.assertIn("replaced", self.text(page, "message"))

    def test_looking_at_an_old_sticker_has_no_effects(self):
        sticker = self.print_sticker()
        self.rotate()
        with self.assertNoEffects():
            page = self.get(f"/epay/teststreet/T1?s={sticker._code()}")
        self.mark(page, "join")

    def test_a_forged_one_says_what_to_do(self):
        page = self.get("/epay/teststreet/T1?s=1-aaaaaaaaaaaaaaaa")
        self.assertRefusedPage(page, 404, "foreign_sticker")
        self.assertIn("Show it to the clerk", self.text(page, "message"))
        answer = self.post(
            "/epay/teststreet/T1/join",
            page=self.get("/epay/teststreet/T1"),
            s="1-aaaaaaaaaaaaaaaa",
        )
        self.assertRefusedPage(answer, 404, "foreign_sticker")

    def test_trying_letters_is_counted(self):
        before = self.attempts()
        self.get("/epay/teststreet/T1?s=1-aaaaaaaaaaaaaaaa")
        self.assertEqual(self.attempts(), before + 1)

    def attempts(self):
        self.env.cr.execute("SELECT sum(count) FROM epay_attempt WHERE scope = 'miss'")
        return self.env.cr.fetchone()[0] or 0

    def test_the_print_view_is_for_the_stores_people(self):
        sticker = self.print_sticker()
        address = f"/epay/p/{sticker.id}/poster"
        self.assertEqual(self.get(address).status_code, 303, "asks to log in")
        self.authenticate("epay_test_manager", "epay_test_manager")
        page = self.get(address)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.mark(page, "sticker").get("data-serial"), sticker.serial)
        drawing = self.get(f"{address}/svg")
        self.assertEqual(drawing.status_code, 200)
        self.assertIn("image/svg+xml", drawing.headers["Content-Type"])
        etree.fromstring(drawing.content)

    def test_others_find_nothing(self):
        sticker = self.print_sticker()
        self.make_user("epay_stranger", "epay_counter.group_epay_manager")
        self.authenticate("epay_stranger", "epay_stranger")
        for address in (
            *(f"/epay/p/{sticker.id}/poster", f"/epay/p/{sticker.id}/label/svg"),
            "/epay/p/999999/poster",
        ):
            self.assertEqual(self.get(address).status_code, 404, address)

    def test_another_shape_is_none(self):
        sticker = self.print_sticker()
        self.authenticate("epay_test_manager", "epay_test_manager")
        self.assertEqual(self.get(f"/epay/p/{sticker.id}/banner").status_code, 404)
