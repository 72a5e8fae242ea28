{
    "name": "Payment Provider: Demo, refunds",
    "summary": "Demo shop only: refunds of the demo provider are done at once",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "epay maintainers, Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/e-commerce",
    "license": "LGPL-3",
    "depends": ["payment_demo"],
    "auto_install": True,
}
