"""`make bench`: how fast the counter is, beside Odoo's own on the same machine."""
