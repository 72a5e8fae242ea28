from collections import defaultdict
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.epay_counter.tools.text import clean

from ..const import CANCELLED
from ..tools.days import at_place

# What makes a row of a file the same collection as another one.
_SAME = (
    *("schedule_id", "partner_id", "name", "amount", "ref"),
    *("planned_from", "planned_until", "address"),
)
# An empty cell leaves them to what is known otherwise: of the store, the customer, or
# the order or invoice.
_LEFT_OPEN = ("currency_id", "address", "phone", "name", "amount", "partner_id")
# Where the converter finds what was looked up already.
_FOUND = "epay_found"


class _OneByOne(Exception):
    """Makes Odoo's import try a batch again row by row, and name the wrong one only:
    a `UserError` of the batch would be said of its first row, too.
    """


class _Found(dict):
    """{(field, subfield, value): answer} of one import. A class of its own: nothing
    that comes by RPC is taken for it.
    """


class IrFieldsConverter(models.AbstractModel):
    """Odoo asks the database for every value of every row, also when it is the same
    customer or route again: in an import of collections each is looked up once.
    """

    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        found = self.env.context.get(_FOUND)
        if not isinstance(found, _Found) or model._name != "epay.collection.line":
            return super().db_id_for(model, field, subfield, value, savepoint)
        key = (field.name, subfield, value)
        if key not in found:
            found[key] = super().db_id_for(model, field, subfield, value, savepoint)
        return found[key]


class EpayCollectionLine(models.Model):
    """Lines from a file (CSV or XLSX), by Odoo's own import.

    Customers are looked up all at once, rows that come twice are refused, also when
    they came with an earlier file: importing twice makes no second line.
    """

    _inherit = "epay.collection.line"

    # A hash over what the row said; only lines from files have one.
    import_key = fields.Char(readonly=True, copy=False)

    _import_key_uniq = models.UniqueIndex(
        f"(import_key) WHERE import_key IS NOT NULL AND state <> '{CANCELLED}'",
        "This collection came with an earlier file already.",
    )

    @api.model
    def get_import_templates(self):
        """The file to begin with, in Odoo's import dialog."""
        return [
            {
                "label": self.env._("Template for collections"),
                "template": "/epay_collection/static/xlsx/collections.xlsx",
            }
        ]

    @api.model
    def load(self, fields, data):
        """Odoo's import; what can be said of all rows at once is said first."""
        found, data = _Found(), clean(data)
        messages = [
            *self._repeated_rows(data),
            *self._find_customers(fields, data, found),
        ]
        if messages:
            result = {"ids": False, "messages": messages, "nextrow": 0}
        else:
            lines = self.with_context(epay_from_file=True, **{_FOUND: found})
            result = super(EpayCollectionLine, lines).load(fields, data)
        told = [self._told_by_row(row, fields) for row in result["messages"]]
        return {**result, "messages": told}

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.context.get("epay_from_file"):
            self._require_exact_amounts(vals_list)
            return super().create(vals_list)
        lines = self.with_context(epay_from_file=False)._create_from_file(vals_list)
        return lines.with_env(self.env)

    def _create_from_file(self, vals_list):
        """Create rows of a file, each with its key.

        :raise _OneByOne: one of several is wrong
        """
        keyed = [
            {**_without_empty(vals), "import_key": self._key_of_row(vals)}
            for vals in vals_list
        ]
        try:
            return self.create(keyed)
        except UserError as error:
            raise (_OneByOne() if len(vals_list) > 1 else error) from error

    def _check_company(self, fnames=None):
        """Of many lines at once all customers are looked at together; where one is of
        another company, Odoo looks at every line and names it.
        """
        if not self[1:] or not self._are_of_their_companies():
            return super()._check_company(fnames)
        return None

    def _are_of_their_companies(self):
        for company, lines in self.sudo().grouped("company_id").items():
            for name, field in self._fields.items():
                if not (field.relational and field.check_company):
                    continue
                records = lines[name].with_context(active_test=False)
                domain = records._check_company_domain(company)
                if domain and records != records.filtered_domain(domain):
                    return False
        return True

    # === ROWS THAT COME TWICE === #

    @api.model
    def _repeated_rows(self, data):
        """A message for each row that is the same as one above it."""
        first, messages = {}, []
        for number, row in enumerate(data):
            before = first.setdefault(tuple(row), number)
            if before != number:
                place = self._rows_before() + before + 1
                text = self.env._("This row is the same as row %s.", place)
                messages.append(_message(number, text))
        return messages

    @api.model
    def _key_of_row(self, vals):
        """What the row said, or False of one whose source has a line of its own once
        (unique indexes).
        """
        if vals.get("sale_order_id") or vals.get("invoice_id"):
            return False
        said = {**vals, "schedule_id": self._schedule_of(vals)}
        values = [str(said.get(name) or "") for name in _SAME]
        return sha256(repr(values).encode()).hexdigest()[:40]

    @api.model
    def _told_by_row(self, message, names):
        """The message with its row: Odoo's dialog leaves it out of a single one, counts
        from zero where no column is named, and makes equal ones of several rows one.
        """
        rows = message.get("rows")
        if not rows or rows["from"] != rows["to"]:
            return message
        number = self._rows_before() + rows["from"]
        text = self.env._(
            "Row %(row)s: %(message)s", row=number + 1, message=message["message"]
        )
        column = "name" if "name" in names else names[0]
        return {"field": column, **message, **_at_row(number), "message": text}

    @api.model
    def _rows_before(self):
        """How many rows of the file came with earlier batches."""
        before = self.env.context.get("epay_rows_before")
        return before if type(before) is int else 0

    @api.model
    def _schedule_of(self, vals):
        return vals.get("schedule_id", self.env.context.get("default_schedule_id"))

    # === CUSTOMERS === #

    @api.model
    def _find_customers(self, names, data, found):
        """Look up all customers of a file by their names, in one query; nobody is taken
        for somebody of the same name.

        :param dict found: gets what the converter would look up row by row
        :return: messages about rows whose customer is not known
        """
        if "partner_id" not in names:
            return []
        place = names.index("partner_id")
        wanted = {row[place] for row in data if row[place].strip()}
        known = self._customers_called({name.strip() for name in wanted})
        for name in wanted:
            ids = known.get(name.strip(), ())
            if len(ids) == 1:
                found["partner_id", None, name] = (*ids, [])
        return [
            _message(
                number,
                self._no_customer_text(name.strip(), len(known.get(name.strip(), ()))),
                "partner_id",
            )
            for number, name in enumerate(row[place] for row in data)
            if name in wanted and ("partner_id", None, name) not in found
        ]

    @api.model
    def _customers_called(self, names):
        """{name: ids} of customers by name, whole name or own reference."""
        partners = self.env["res.partner"].search_fetch(
            [
                "|",
                "|",
                ("name", "in", list(names)),
                ("complete_name", "in", list(names)),
                ("ref", "in", list(names)),
            ],
            ["name", "complete_name", "ref"],
        )
        found = defaultdict(set)
        for partner in partners:
            for name in (partner.name, partner.complete_name, partner.ref):
                found[name].add(partner.id)
        return found

    @api.model
    def _no_customer_text(self, name, count):
        if not count:
            return self.env._(
                "There is no customer called “%(name)s”. Correct the name, or make the "
                "customer first.",
                name=name,
            )
        return self.env._(
            "%(count)s customers are called “%(name)s”. Use the customer's reference "
            "or the column “Customer / External ID”.",
            count=count,
            name=name,
        )

    # === AMOUNTS AND TIMES === #

    @api.model
    def _require_exact_amounts(self, vals_list):
        """Refuse amounts that the database would round: half a yen can't be paid.

        :raise ValidationError:
        """
        digits = {}
        for vals in vals_list:
            amount, schedule_id = vals.get("amount"), self._schedule_of(vals)
            if not amount or not schedule_id:
                continue
            if schedule_id not in digits:
                schedule = self.env["epay.collection.schedule"].browse(schedule_id)
                digits[schedule_id] = schedule.sudo().currency_id
            currency = digits[schedule_id]
            if round(amount, currency.decimal_places) != round(amount, 6):
                raise ValidationError(
                    self.env._(
                        "%(currency)s has %(decimals)s decimals: correct the amount "
                        "%(amount)s.",
                        currency=currency.name,
                        decimals=currency.decimal_places,
                        amount=amount,
                    )
                )

    @api.constrains("planned_from", "planned_until", "schedule_id")
    def _check_day(self):
        """A planned time is of the schedule's day, where the store is."""
        for line in self.filtered("planned_from").sudo():
            local = at_place(line.planned_from, line.store_id.tz)
            # Not the line's own, which follows it only after both were written.
            day = line.schedule_id.date
            if local.date() != day:
                raise ValidationError(
                    self.env._(
                        "“%(line)s” is planned for %(day)s, but the schedule is of "
                        "%(date)s. Correct the time, or choose another schedule.",
                        line=line.name,
                        day=format_date(self.env, local.date()),
                        date=format_date(self.env, day),
                    )
                )


def _without_empty(vals):
    """A zero that was typed stays, and is refused."""
    return {
        key: value
        for key, value in vals.items()
        if key not in _LEFT_OPEN or value not in (None, "") and value is not False
    }


def _message(number, text, field="name"):
    """What Odoo's import dialog shows at a row."""
    return {
        "type": "error",
        **_at_row(number),
        "field": field,
        "message": text,
    }


def _at_row(number):
    return {"rows": {"from": number, "to": number}, "record": number}
