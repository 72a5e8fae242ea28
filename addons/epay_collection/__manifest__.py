{
    "name": "Counter Payments: Collections",
    "summary": "Collect bills and cash on delivery at the customer's door",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "epay maintainers",
    "license": "LGPL-3",
    "depends": ["epay_counter", "base_import"],
    "data": [
        # Security
        "security/ir.model.access.csv",
        "security/epay_collection_security.xml",
        # Data
        "data/ir_cron_data.xml",
        "data/mail_template_data.xml",
        # The customer's page
        "views/ahead_templates.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "epay_collection/static/src/clerk/**/*",
        ],
        "web.assets_unit_tests": [
            "epay_collection/static/tests/clerk/**/*",
        ],
    },
}
