import hashlib
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import KeyReused


class EpayClientKey(models.Model):
    """Remembers which acts were done, so that a repeated call acts once.

    The row is written in the transaction that writes the act down: either both are
    there or neither (the idea of the `Idempotency-Key` header, draft-ietf-httpapi).
    """

    _name = "epay.client.key"
    _description = "Client keys of acts that were done"
    _log_access = False

    key = fields.Char(required=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    fingerprint = fields.Char(required=True)
    used_at = fields.Datetime(required=True, index=True)

    _key_uniq = models.UniqueIndex("(user_id, key)")

    @api.model
    def _claim(self, key, call):
        """Take `key` for `call`; False when the very same call was made before.

        :param str key: the caller's UUID
        :param call: JSON-able description of the call: model, ids, method, arguments
        :raise KeyReused: when the key came with another call
        """
        text = json.dumps(call, sort_keys=True, default=str)
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO epay_client_key (key, user_id, fingerprint, used_at)
                VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (user_id, key) DO NOTHING RETURNING id
                """,
                key,
                self.env.uid,
                fingerprint,
            ),
            # Two at once: the transaction is repeated.
            log_exceptions=False,
        )
        if self.env.cr.fetchone():
            return True
        self._check_same_call(key, fingerprint)
        return False

    @api.model
    def _is_known(self, key):
        """Whether the present user has made a call with `key`."""
        return bool(
            self.search_count([("user_id", "=", self.env.uid), ("key", "=", str(key))])
        )

    def _check_same_call(self, key, fingerprint):
        rows = self.env.execute_query(
            SQL(
                "SELECT fingerprint FROM epay_client_key WHERE user_id=%s AND key=%s",
                self.env.uid,
                key,
            )
        )
        if rows and rows[0][0] != fingerprint:
            raise KeyReused(
                self.env._(
                    "This key was used for another act. Use a new key for every act."
                )
            )

    @api.autovacuum
    def _gc_client_keys(self):
        limit = fields.Datetime.now() - timedelta(days=7)
        self.env.execute_query(
            SQL("DELETE FROM epay_client_key WHERE used_at < %s RETURNING id", limit)
        )
