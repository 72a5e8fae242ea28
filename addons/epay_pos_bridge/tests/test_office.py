from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import BREAD, BridgeCase

UNKNOWN = "9780201379624"


@tagged("post_install", "-at_install")
class TestMenus(BridgeCase):
    """A manager without any other right opens what this add-on puts into the menu."""

    def actions(self, user):
        menus = self.env["ir.ui.menu"].with_user(user)
        visible = menus.browse(menus._visible_menu_ids())
        ids = visible.sudo().get_external_id()
        return [
            menu.action.sudo()
            for menu in visible
            if menu.action and ids[menu.id].startswith("epay_pos_bridge.")
        ]

    def test_what_is_in_the_menu(self):
        names = [action.name for action in self.actions(self.manager)]
        self.assertEqual(names, ["Scanned Codes"])
        self.assertFalse(self.actions(self.clerk))

    def test_every_list_has_cards_for_a_phone_and_help_when_empty(self):
        for action in self.actions(self.manager):
            with self.subTest(action.name):
                self.assertIn("kanban", action.view_mode.split(","))
                self.assertTrue(action.help, "an empty list says what to do")

    def test_every_view_shows_what_was_scanned(self):
        self.as_clerk(self.counter).scan_many(self.scans(BREAD, UNKNOWN))
        self.env.invalidate_all()
        for action in self.actions(self.manager):
            model = self.env[action.res_model].with_user(self.manager)
            views = [(False, kind) for kind in action.view_mode.split(",")]
            found = model.get_views([*views, (False, "search")])
            shown = {
                name: {}
                for name in found["models"][action.res_model]["fields"]
                if name != "id"
            }
            domain = safe_eval(action.domain or "[]")
            with self.subTest(action.name):
                self.assertEqual(len(found["views"]), len(views) + 1)
                self.assertEqual(model.web_search_read(domain, shown)["length"], 2)
