from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import LOOKED_THROUGH, MOST_FOUND
from ..tools.tokens import (
    part_of,
    phone_words,
    query_of,
    search_words,
    slip_number,
    tokens_of,
)

_LOOKED_AT = ["search_key", "tokens"]


class EpayCollectionLine(models.Model):
    """Finding a line as people type it: by name, a part of the address, phone, order or
    invoice number, or a scanned slip; in any script.

    Each line has the words that it is found by (`search_key`) and their pieces
    (`tokens`, see `tools/tokens.py`) under an index. A search asks the index for lines
    that have all pieces, and then looks at the words themselves.
    """

    _inherit = "epay.collection.line"

    # Computed before the row is written: an index of pieces is dear to write twice.
    search_key = fields.Char(compute="_compute_search_key", store=True, precompute=True)
    tokens = fields.Text(compute="_compute_search_key", store=True, precompute=True)
    search_text = fields.Char(
        "Anything", compute="_compute_search_text", search="_search_search_text"
    )

    _tokens_gin = models.Index("USING gin (string_to_array(tokens, ' '))")

    # === WHAT IS STORED === #

    @api.depends(
        *("name", "ref", "address", "phone", "partner_id.name", "partner_id.ref"),
        *("sale_order_id.name", "invoice_id.name", "partner_id.parent_id.name"),
    )
    def _compute_search_key(self):
        for line in self:
            words = line._search_words()
            # A space before each word, so that its beginning can be looked for.
            line.search_key = f" {' '.join(words)}"
            line.tokens = " ".join(tokens_of(words))

    def _search_words(self):
        partner = self.partner_id
        texts = [
            *(partner.name, partner.parent_id.name, partner.ref, self.name, self.ref),
            *(self.address, self.sale_order_id.name, self.invoice_id.name),
        ]
        numbers = [
            text for text in (self.sale_order_id.name, self.invoice_id.name, self.ref)
        ]
        # "INV/2026/00012" is also typed without what separates it.
        glued = ["".join(search_words(number)) for number in numbers if number]
        words = [*search_words(*texts), *glued, *phone_words(self.phone)]
        return list(dict.fromkeys(words))

    # === SEARCHING === #

    def _compute_search_text(self):
        """Only to be searched by."""
        self.search_text = False

    @api.model
    def _search_search_text(self, operator, value):
        """The search box of the office: `ilike` only."""
        if operator not in ("ilike", "in") or not value:
            return NotImplemented
        texts = [value] if isinstance(value, str) else list(value)
        self.flush_model(_LOOKED_AT)

        def to_sql(model, alias, query):
            return SQL(" OR ").join(self._fits_sql(alias, text) for text in texts)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _fits_sql(self, alias, text):
        """The condition that a line fits `text`: all pieces by the index, then all
        words themselves; or it is the line of a scanned slip.

        :param str alias: of the table of lines in the query
        """
        tokens = SQL.identifier(alias, "tokens")
        fits = [
            SQL(
                "(string_to_array(%s, ' ') @> %s::text[] AND %s)",
                tokens,
                pieces,
                self._has_words_sql(alias, words),
            )
            for words, pieces in query_of(text)
        ]
        return self._or_slip_sql(alias, text, fits)

    @api.model
    def _reads_sql(self, alias, text):
        """The same condition without the index, for lines that are looked at anyway."""
        fits = [self._has_words_sql(alias, words) for words, _pieces in query_of(text)]
        return self._or_slip_sql(alias, text, fits)

    @api.model
    def _has_words_sql(self, alias, words):
        # Not LIKE: of that the planner expects next to nothing, and then sorts ten
        # thousand Watanabes instead of taking the first forty.
        key = SQL.identifier(alias, "search_key")
        return SQL(" AND ").join(
            SQL("strpos(%s, %s) > 0", key, part_of(word)) for word in words
        )

    @api.model
    def _or_slip_sql(self, alias, text, fits):
        number = slip_number(text)
        if number:
            fits = [*fits, SQL("%s = %s", SQL.identifier(alias, "id"), number)]
        return SQL("(%s)", SQL(" OR ").join(fits)) if fits else SQL("FALSE")

    @api.model
    def _find_on(self, schedules, text, limit=MOST_FOUND):
        """Lines of these schedules that fit, in order of visit.

        :param schedules: `epay.collection.schedule` that the user may see
        """
        self.flush_model(["schedule_id", "sequence", *_LOOKED_AT])
        found = []
        for schedule_id in schedules.ids:
            if len(found) < limit:
                found += self._ids_on(schedule_id, text, limit - len(found))
        return self.browse(found)

    @api.model
    def _ids_on(self, schedule_id, text, limit):
        """One schedule at a time, so that its index gives the order of visit.

        A usual route is read as it is. Of a very long one the first lines are, too:
        what many have is found there at once, and only what few have needs the index of
        pieces, which then has few to put in order.
        """
        [(seen, ids)] = self.env.execute_query(
            self._read_first_sql(schedule_id, text, limit)
        )
        if len(ids) == limit or seen < LOOKED_THROUGH:
            return ids
        rows = self.env.execute_query(self._look_up_sql(schedule_id, text, limit))
        return [row[0] for row in rows]

    @api.model
    def _read_first_sql(self, schedule_id, text, limit):
        """One row: how many lines were read, and the ids of those that fit."""
        return SQL(
            """
            WITH line AS MATERIALIZED (
                SELECT id, sequence, search_key FROM epay_collection_line
                 WHERE schedule_id = %s
                 ORDER BY sequence, id LIMIT %s
            )
            SELECT (SELECT count(*) FROM line), ARRAY(
                SELECT id FROM line WHERE %s ORDER BY sequence, id LIMIT %s
            )
            """,
            schedule_id,
            LOOKED_THROUGH,
            self._reads_sql("line", text),
            limit,
        )

    @api.model
    def _look_up_sql(self, schedule_id, text, limit):
        """Ids of lines that fit, by the index."""
        return SQL(
            """
            SELECT id FROM epay_collection_line
             WHERE schedule_id = %s AND %s
             ORDER BY sequence, id LIMIT %s
            """,
            schedule_id,
            self._fits_sql(self._table, text),
            limit,
        )
