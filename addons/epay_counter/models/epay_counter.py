import re
from functools import partial
from urllib.parse import urlparse

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import request
from odoo.tools import SQL

from ..const import (
    AMOUNT_BY_LABELS,
    BY_CLERK,
    FINAL_STATES,
    RESERVED_CODES,
    VISIT_WAITING,
)
from ..db import next_versions
from ..exceptions import NotYourCounter
from ..guards import keep_own, require_saved, without_defaults
from ..tools import codes
from ..tools.spoken import spoken_index
from ..tools.text import is_plain

# What public pages show of a counter, read together with finding it.
_PUBLIC_FIELDS = ("store_id", "code", "name", "state")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# What only the acts of a clerk and our own code write.
_OWN_FIELDS = {
    *("state", "version", "company_id", "day_close_number"),
    *("code_generation", "print_number", "spoken"),
}


class EpayCounter(models.Model):
    """A virtual trading place of a store: one per clerk, sales floor or route
    (note 5).
    """

    _name = "epay.counter"
    _inherit = ["bus.listener.mixin"]
    _description = "Counter"
    _order = "store_id, code, id"
    _check_company_auto = True

    # === FIELDS === #

    # Not `check_company`: the company is the store's, so a new counter has none yet,
    # and no store could be chosen.
    store_id = fields.Many2one(
        "epay.store", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="store_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="store_id.currency_id")
    code = fields.Char(required=True, help="What is said and shown, such as “C11”.")
    name = fields.Char(
        "Spoken Name", required=True, help="How customers hear it, such as “bakery”."
    )
    # How it is found by what people type (`tools/spoken.py`).
    spoken = fields.Char(compute="_compute_spoken", store=True, index="trigram")
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("clerk", "Clerk"), ("floor", "Sales floor"), ("route", "Route")],
        required=True,
        default="clerk",
    )
    user_ids = fields.Many2many("res.users", string="Clerks")
    amount_by = fields.Selection(
        AMOUNT_BY_LABELS,
        string="Who Enters the Amount",
        required=True,
        default=BY_CLERK,
    )
    min_amount = fields.Monetary("Least Amount")
    max_amount = fields.Monetary("Most Amount", help="Zero: no limit of its own.")
    state = fields.Selection(
        [("closed", "Closed"), ("open", "Open")],
        required=True,
        default="closed",
        readonly=True,
        copy=False,
    )
    portal_listed = fields.Boolean("Listed on the Portal", default=True)
    version = fields.Integer(readonly=True, copy=False, default=0)
    session_ids = fields.One2many("epay.session", "counter_id", string="Deals")
    visit_ids = fields.One2many("epay.visit", "counter_id", string="Phones")
    session_id = fields.Many2one(
        "epay.session", string="Present Deal", compute="_compute_session_id"
    )

    _code_uniq = models.UniqueIndex(
        "(store_id, lower(code))", "The store has a counter of this code already."
    )
    _limits_sane = models.Constraint(
        "CHECK(min_amount >= 0 AND max_amount >= 0"
        " AND (max_amount = 0 OR max_amount >= min_amount))",
        "The least amount must not be above the most amount.",
    )

    # === COMPUTES AND CONSTRAINTS === #

    def _compute_session_id(self):
        held = self.env["epay.session"].search(
            [("counter_id", "in", self.ids), ("holds_counter", "=", True)]
        )
        by_counter = {session.counter_id.id: session.id for session in held}
        for counter in self:
            counter.session_id = by_counter.get(counter.id, False)

    @api.depends("code", "store_id.name")
    def _compute_display_name(self):
        for counter in self:
            names = (counter.store_id.name, counter.code)
            counter.display_name = " ".join(filter(None, names))

    @api.depends("code", "name", "store_id.spoken")
    def _compute_spoken(self):
        for counter in self:
            store = counter.store_id
            counter.spoken = spoken_index(
                [counter.code, counter.name],
                places=[*store._names(), store.code, store.city],
            )

    @api.constrains("code")
    def _check_code(self):
        for counter in self:
            code = counter.code
            if not _CODE.fullmatch(code) or code.lower() in RESERVED_CODES:
                raise ValidationError(
                    self.env._(
                        "“%(code)s” can't be a counter's code: use letters, digits, "
                        "“-” and “_” only (no spaces), starting with a letter or "
                        "digit, and not “back”.",
                        code=counter.code,
                    )
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        keep_own(self, vals_list, _OWN_FIELDS)
        plain = without_defaults(self, _OWN_FIELDS)
        counters = super(EpayCounter, plain).create(vals_list)
        return counters.with_env(self.env)

    def write(self, vals):
        """A counter with deals stays in its store, whose numbers and books they are in.

        The record rules look at the store before the change; look again afterwards.
        """
        keep_own(self, [vals], _OWN_FIELDS)
        if "store_id" in vals:
            moved = self.filtered(
                lambda counter: counter.store_id.id != vals["store_id"]
            )
            if moved.sudo().session_ids:
                raise ValidationError(
                    self.env._(
                        "A counter with deals stays in its store. Make a new one."
                    )
                )
        result = super().write(vals)
        if "store_id" in vals:
            self.check_access("write")
        return result

    @api.model
    def get_empty_list_help(self, help_message):
        """Where to begin, for a manager who has no store yet (Odoo's hook)."""
        invitation = self.env["epay.first.steps"]._invitation()
        return invitation or super().get_empty_list_help(help_message)

    # === VERSIONS AND MESSAGES === #

    def _touch(self, records=None):
        """Say that the screens of these counters, and `records`, show something new.

        Called by the single writer of a deal's state and whenever a phone comes or
        goes. When the transaction commits, every touched row gets a new version and one
        bus message goes to the clerks of the counter and to the phones concerned.

        :param records: deals or visits that changed; without, the counter itself did
        """
        touched = self.env.cr.precommit.data.get("epay_touched")
        if touched is None:
            touched = self.env.cr.precommit.data["epay_touched"] = {}
            self.env.cr.precommit.add(partial(self.browse()._publish_touched))
        changed = self if records is None else records
        for counter in self:
            tables = touched.setdefault(counter.id, {})
            tables.setdefault(changed._table, set()).update(changed.ids)

    def _publish_touched(self):
        """Give versions to what was touched in this transaction and queue the
        messages.
        """
        touched = self.env.cr.precommit.data.pop("epay_touched", None)
        if not touched:
            return
        next_versions(self.env, touched)
        for model in ("epay.counter", "epay.session", "epay.visit"):
            self.env[model].invalidate_model(["version"])
        for counter in self.sudo().browse(touched):
            counter._bus_send("epay/changed", counter._version_message())
            self._tell_phones(touched[counter.id])

    def _tell_phones(self, tables):
        """Tell the phones of the touched deals and visits to look again."""
        visits = self.env["epay.visit"].sudo().browse(tables.get("epay_visit", ()))
        session_ids = list(tables.get("epay_session", ()))
        if session_ids:
            visits |= visits.search([("session_id", "in", session_ids)])
        for visit in visits:
            version = max(visit.version, visit.session_id.version)
            visit._bus_send("epay/changed", {"id": visit.id, "version": version})

    def _version_message(self):
        return {"id": self.id, "version": self._current_version()}

    def _current_version(self):
        """The highest version of anything that the clerk's screen shows."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT GREATEST(
                    (SELECT COALESCE(version, 0) FROM epay_counter WHERE id = %(id)s),
                    (SELECT COALESCE(max(version), 0) FROM epay_session
                      WHERE counter_id = %(id)s),
                    (SELECT COALESCE(max(version), 0) FROM epay_visit
                      WHERE counter_id = %(id)s)
                )
                """,
                id=self.id,
            )
        )
        return rows[0][0]

    # === RIGHTS === #

    def _check_clerk(self):
        """Refuse everybody but the counter's clerks and the store's managers.

        The record rules say who that is (security/epay_counter_security.xml).

        :raise NotYourCounter: also when there is no such counter
        """
        try:
            require_saved(self)
            self.check_access("read")
            self.fetch(["state"])
        except (AccessError, MissingError) as error:
            raise NotYourCounter(
                self.env._(
                    "This counter is not yours. Choose one of your counters, or ask "
                    "the store's manager to make you its clerk."
                )
            ) from error

    def _is_manager(self):
        """Whether the present user manages the counter's store."""
        user = self.env.user
        return (
            user._has_group("base.group_system")
            or user._has_group("epay_counter.group_epay_manager")
            and user in self.sudo().store_id.manager_ids
        )

    # === GETTERS === #

    def _is_archived(self):
        """Whether the counter, or its store, is put away: nothing new begins here."""
        return not (self.active and self.sudo().store_id.active)

    @api.model
    def _find(self, store, code):
        """The counter of a public address, or an empty recordset. Sudo; no effects."""
        if not is_plain(code or ""):
            return self.sudo().browse()
        domain = [
            ("store_id", "=", store.id),
            ("code", "=ilike", codes.ilike_literal(code)),
        ]
        return self.sudo().search_fetch(domain, _PUBLIC_FIELDS, limit=1, order="id")

    def _held_session(self):
        """The deal that holds the counter, if any."""
        return self.env["epay.session"].search(
            [("counter_id", "=", self.id), ("holds_counter", "=", True)], limit=1
        )

    def _waiting_visits(self):
        """Phones that wait to be accepted, newest activity first."""
        return self.env["epay.visit"].search(
            [("counter_id", "=", self.id), ("state", "=", VISIT_WAITING)],
            order="active_at desc, id desc",
        )

    def _parked_sessions(self):
        """Deals of this counter that are alive without holding it."""
        return self.env["epay.session"].search(
            [
                ("counter_id", "=", self.id),
                ("holds_counter", "=", False),
                ("state", "not in", FINAL_STATES),
            ]
        )

    def _public_url(self):
        """The counter's address on the portal."""
        counter = self.sudo()
        return f"{counter._base_url()}/epay/{counter.store_id.code}/{counter.code}"

    def _base_url(self):
        """Where customers reach the server.

        The merchant's own address; while it is still unset (`localhost`), the address
        under which the clerk's device reached us, so that a first try works on a local
        network.
        """
        base = self.sudo().company_id.get_base_url()
        if request and urlparse(base).hostname in ("localhost", "127.0.0.1"):
            return request.httprequest.url_root.rstrip("/")
        return base
